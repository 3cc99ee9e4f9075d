using System.Buffers;
using System.Security.Cryptography;
using Curfew.Api.Access;
using Microsoft.Extensions.Options;

namespace Curfew.Api.OAuth;

internal sealed class OAuthClientOptionsValidator(IConfiguration configuration) : IValidateOptions<OAuthClientOptions>
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly string HashOfNothing = Convert.ToHexString(SHA256.HashData([]));

    public ValidateOptionsResult Validate(string? name, OAuthClientOptions options)
    {
        var errors = new List<string>();
        if (options.Unreadable is { } unreadable)
            errors.Add(unreadable);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Clients.Count; i++)
        {
            var client = options.Clients[i];
            var at = $"{OAuthExtensions.ClientsSection}:{i}";
            if (!ClaimText.IsValid(client.ClientId))
                errors.Add($"{at}:ClientId is required: 1 to {ClaimText.MaxLength} characters.");
            else if (!ids.Add(client.ClientId))
                errors.Add($"{at}:ClientId is {client.ClientId}, as that of an earlier client is.");

            if (client.Issuer is null && !client.MayRevokeAny)
                errors.Add($"{at}:Issuer is required: several issuers are trusted, and each may know a client of that name.");
            else if (client.Issuer is { } issuer && !ConfiguredIssuers.IsTrusted(configuration, issuer))
                errors.Add($"{at}:Issuer is {issuer}, which {ConfiguredIssuers.Section} doesn't trust.");

            // The value is not quoted: it may be the secret itself, put there by mistake.
            if (client.SecretSha256.Length != 2 * SHA256.HashSizeInBytes || client.SecretSha256.AsSpan().ContainsAnyExcept(Hex))
                errors.Add($"{at}:SecretSha256 must be 64 hexadecimal digits: the SHA-256 of the client's secret.");
            else if (client.SecretSha256.Equals(HashOfNothing, StringComparison.OrdinalIgnoreCase))
                errors.Add($"{at}:SecretSha256 is the hash of no secret at all.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
