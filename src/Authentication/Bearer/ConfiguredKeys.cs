using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// The keys that a scheme is configured with, each with the issuer that it vouches for, and all that is wrong with the
/// configuration. Keys of an <c>Authority</c> come later, from the authority itself.
/// </summary>
internal sealed class ConfiguredKeys
{
    // RFC 7518, 3.2: as long as the hash, at the least; a shorter one can be guessed from any token that it signed.
    private const int MinSecretBytes = 32;

    private readonly Dictionary<string, List<SecurityKey>> _byIssuer = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    private ConfiguredKeys()
    {
    }

    public IReadOnlyList<string> Errors => _errors;

    public IEnumerable<string> Issuers => _byIssuer.Keys;

    public IReadOnlyList<SecurityKey> For(string issuer) => _byIssuer.TryGetValue(issuer, out var keys) ? keys : [];

    /// <param name="section">The scheme's section, <c>Authentication:Schemes:Bearer</c>.</param>
    public static ConfiguredKeys Read(JwtBearerOptions options, CurfewBearerOptions curfew, IConfiguration section)
    {
        var keys = new ConfiguredKeys();
        var parameters = options.TokenValidationParameters;
        var valid = new HashSet<string>(
            (parameters.ValidIssuers ?? []).Where(issuer => !string.IsNullOrEmpty(issuer)), StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(parameters.ValidIssuer))
            valid.Add(parameters.ValidIssuer);

        keys.ReadSection(section.GetSection("SigningKeys"), valid);
        keys.ReadParameters(parameters, valid, hasSection: section.GetSection("SigningKeys").GetChildren().Any());
        foreach (var (issuer, key) in curfew.SigningKeys)
            keys.Add(issuer, key);

        keys.CheckParameters(options);
        if (options.ConfigurationManager is null && keys._byIssuer.Count == 0)
        {
            keys._errors.Add("There is no key that could verify a token: configure an Authority, or SigningKeys with "
                + "the issuer of each among ValidIssuer and ValidIssuers.");
        }

        return keys;
    }

    // As `dotnet user-jwts` writes them: {Id, Issuer, Value, Length}. A key whose issuer isn't valid verifies nothing.
    private void ReadSection(IConfiguration section, HashSet<string> valid)
    {
        foreach (var entry in section.GetChildren())
        {
            var issuer = entry["Issuer"];
            if (string.IsNullOrEmpty(issuer))
            {
                _errors.Add($"{entry.Path} has no Issuer: a key verifies its own issuer's tokens only.");
                continue;
            }

            byte[] secret;
            try
            {
                secret = Convert.FromBase64String(entry["Value"] ?? "");
            }
            catch (FormatException)
            {
                // The exception would quote the secret.
                _errors.Add($"{entry.Path}:Value is not base64.");
                continue;
            }

            if (secret.Length < MinSecretBytes)
                _errors.Add($"{entry.Path}:Value is {secret.Length} bytes long; a secret has {MinSecretBytes} or more.");
            else if (int.TryParse(entry["Length"], out var length) && length != secret.Length)
                _errors.Add($"{entry.Path}:Value is {secret.Length} bytes long, and its Length says {length}.");
            else if (valid.Contains(issuer))
                Add(issuer, new SymmetricSecurityKey(secret) { KeyId = entry["Id"] });
        }
    }

    // Keys set in code say nothing of their issuer: with one valid issuer it is clear whose they are.
    private void ReadParameters(TokenValidationParameters parameters, HashSet<string> valid, bool hasSection)
    {
        var keys = new List<SecurityKey>();
        if (parameters.IssuerSigningKey is { } single)
            keys.Add(single);
        // With a section, this list is what JwtBearer made of the same keys, the issuers forgotten.
        if (!hasSection)
            keys.AddRange(parameters.IssuerSigningKeys ?? []);
        if (keys.Count == 0)
            return;
        if (valid.Count == 1)
        {
            foreach (var key in keys)
                Add(valid.First(), key);
        }
        else
        {
            _errors.Add("IssuerSigningKey doesn't say whose key it is, and there "
                + (valid.Count == 0 ? "is no valid issuer" : $"are {valid.Count} valid issuers")
                + ": add it to CurfewBearerOptions.SigningKeys, with its issuer.");
        }
    }

    private void CheckParameters(JwtBearerOptions options)
    {
        var parameters = options.TokenValidationParameters;
        if (options.UseSecurityTokenValidators)
            _errors.Add("UseSecurityTokenValidators is set: Curfew verifies with a JsonWebTokenHandler.");
        if (parameters.SignatureValidator is not null || parameters.SignatureValidatorUsingConfiguration is not null)
            _errors.Add("SignatureValidator is set: Curfew acts only on what it verified itself.");
        if (parameters.IssuerSigningKeyResolver is not null
            || parameters.IssuerSigningKeyResolverUsingConfiguration is not null)
        {
            _errors.Add("IssuerSigningKeyResolver is set: it may give one issuer's key for another's token. Use "
                + "SigningKeys or an Authority.");
        }

        if (parameters.TransformBeforeSignatureValidation is not null || parameters.TokenReader is not null)
            _errors.Add("TokenReader or TransformBeforeSignatureValidation is set: what is verified must be what is read.");
        if (parameters.IssuerValidator is not null || parameters.IssuerValidatorUsingConfiguration is not null)
        {
            _errors.Add("IssuerValidator is set: name the issuers in ValidIssuers, each is bound to its own keys.");
        }

        if (!parameters.ValidateAudience)
            _errors.Add("ValidateAudience is off: a token for another API would be accepted.");
        if (parameters.AudienceValidator is null && string.IsNullOrEmpty(parameters.ValidAudience)
            && !(parameters.ValidAudiences?.Any(audience => !string.IsNullOrEmpty(audience)) ?? false)
            && string.IsNullOrEmpty(options.Audience))
        {
            _errors.Add("There is no ValidAudience: no token could be accepted.");
        }
    }

    private void Add(string issuer, SecurityKey key)
    {
        // KeySize is in bits.
        if (Algorithms.IsSymmetric(key) && key.KeySize < MinSecretBytes * 8)
        {
            _errors.Add($"A secret of {issuer} is {key.KeySize / 8} bytes long; it has {MinSecretBytes} or more.");
            return;
        }

        if (Algorithms.IsShortRsa(key))
        {
            _errors.Add($"An RSA key of {issuer} is {key.KeySize} bits long; it has {Algorithms.MinRsaBits} or more.");
            return;
        }

        if (!_byIssuer.TryGetValue(issuer, out var keys))
            _byIssuer.Add(issuer, keys = []);
        keys.Add(key);
    }
}
