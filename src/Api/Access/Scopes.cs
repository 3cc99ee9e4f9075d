using System.Security.Claims;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Access;

/// <summary>The scopes of this service, and which tokens' word counts for them.</summary>
internal sealed class Scopes(IOptions<AdminOptions> options, AuthorityIssuer authority)
{
    public const string Read = "curfew:read";
    public const string Admin = "curfew:admin";

    private readonly HashSet<string> _issuers = new(options.Value.Issuers, StringComparer.Ordinal);

    /// <summary>Whether the token grants one of the scopes, and its issuer may.</summary>
    public bool Grants(TokenIdentity? token, ClaimsPrincipal principal, params ReadOnlySpan<string> anyOf)
    {
        if (token is null || !authority.IsAmong(_issuers, token.User.Issuer))
            return false;
        foreach (var claim in principal.Claims)
        {
            // scope is one space-separated text (RFC 8693, 4.2), scp a text or an array of them.
            if (claim.Type is not ("scope" or "scp"))
                continue;
            foreach (var range in claim.Value.AsSpan().Split(' '))
            {
                foreach (var scope in anyOf)
                {
                    if (claim.Value.AsSpan()[range].SequenceEqual(scope))
                        return true;
                }
            }
        }

        return false;
    }
}
