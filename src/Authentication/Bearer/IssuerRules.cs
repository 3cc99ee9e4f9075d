using Curfew.Authentication.Remembered;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// How the tokens of each issuer are verified, under one state of the configuration: with that issuer's keys and the
/// algorithms that these allow, and nothing else. Immutable; made anew when keys change.
/// </summary>
internal sealed class IssuerRules
{
    private readonly Dictionary<string, TokenValidationParameters> _byIssuer = new(StringComparer.Ordinal);

    /// <param name="authority">What the authority says, where there is one and it is known.</param>
    public IssuerRules(
        JwtBearerOptions options, ConfiguredKeys configured, OpenIdConnectConfiguration? authority, TimeSpan tolerance,
        LifetimeValidator lifetime, long rememberedBytes)
    {
        Authority = authority;
        Remembered = new RememberedTokens(CanRemember(options.TokenValidationParameters) ? rememberedBytes : 0);
        foreach (var issuer in configured.Issuers)
            _byIssuer.Add(issuer, Parameters(options, issuer, [.. configured.For(issuer)], tolerance, lifetime));
        if (string.IsNullOrEmpty(authority?.Issuer))
            return;

        // An authority says itself which issuer it is. It may not say that of one whose keys are configured, unless that is its own
        // address: its keys would sign for another issuer.
        if (configured.For(authority.Issuer).Count > 0 && !IsServedBy(options.MetadataAddress, authority.Issuer))
        {
            Warning = $"The authority says that it is the issuer {authority.Issuer}, whose keys are configured here: the keys that it "
                + "publishes are not used.";
            return;
        }

        // What an authority publishes is public: a symmetric key there would let anyone sign.
        var published = authority.SigningKeys.Where(key => !Algorithms.IsSymmetric(key) && !Algorithms.IsShortRsa(key)).ToList();
        if (authority.SigningKeys.Any(Algorithms.IsShortRsa))
            Warning = $"The authority publishes RSA keys of less than {Algorithms.MinRsaBits} bits: they are not used.";
        _byIssuer[authority.Issuer] = Parameters(
            options, authority.Issuer, [.. configured.For(authority.Issuer), .. published], tolerance, lifetime);
    }

    public OpenIdConnectConfiguration? Authority { get; }

    /// <summary>What of the authority is not used, and why; null where all is.</summary>
    public string? Warning { get; }

    /// <summary>What these rules verified. New rules start with none.</summary>
    public RememberedTokens Remembered { get; }

    public TokenValidationParameters? For(string issuer) => _byIssuer.GetValueOrDefault(issuer);

    // No address: the app's own code says what the authority says.
    private static bool IsServedBy(string? metadataAddress, string issuer) =>
        string.IsNullOrEmpty(metadataAddress)
        || metadataAddress.StartsWith(issuer.TrimEnd('/') + "/.well-known/", StringComparison.Ordinal);

    // What the app's own code decides is asked of it each time.
    private static bool CanRemember(TokenValidationParameters parameters) =>
        parameters.GetType() == typeof(TokenValidationParameters)
        && parameters.LifetimeValidator is null && parameters.AudienceValidator is null && parameters.TypeValidator is null
        && parameters.IssuerSigningKeyValidator is null && parameters.IssuerSigningKeyValidatorUsingConfiguration is null
        && parameters.TokenReplayValidator is null && !parameters.ValidateTokenReplay;

    private static TokenValidationParameters Parameters(
        JwtBearerOptions options, string issuer, IReadOnlyList<SecurityKey> keys, TimeSpan tolerance,
        LifetimeValidator lifetime)
    {
        // The app's own claims, audience and type settings stay.
        var parameters = options.TokenValidationParameters.Clone();
        parameters.ConfigurationManager = null;
        parameters.IssuerSigningKey = null;
        parameters.IssuerSigningKeys = keys;
        parameters.ValidateIssuerSigningKey = true;
        parameters.RequireSignedTokens = true;
        parameters.ValidAlgorithms = Algorithms.AllowedBy(keys, options.TokenValidationParameters.ValidAlgorithms);
        parameters.AlgorithmValidator = null;
        parameters.ValidateIssuer = true;
        parameters.ValidIssuer = issuer;
        parameters.ValidIssuers = null;
        parameters.ValidateAudience = true;
        parameters.RequireAudience = true;
        parameters.RequireExpirationTime = true;
        parameters.ValidateLifetime = true;
        parameters.ClockSkew = tolerance;
        parameters.LifetimeValidator = lifetime;
        parameters.LogValidationExceptions = false;
        return parameters;
    }
}
