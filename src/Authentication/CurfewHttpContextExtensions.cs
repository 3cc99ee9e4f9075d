using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Curfew.Authentication;

/// <summary>What Curfew knows of a request.</summary>
public static class CurfewHttpContextExtensions
{
    /// <summary>
    /// The identity of the verified, unrevoked token that the request's user presented; null where there is none, as
    /// for an anonymous user or a scheme that Curfew doesn't check.
    /// </summary>
    public static TokenIdentity? GetTokenIdentity(this HttpContext context) =>
        context.Features.Get<CheckedTokens>()?.Find(context.User);

    internal static void AddTokenIdentity(this HttpContext context, ClaimsPrincipal principal, TokenIdentity identity)
    {
        var tokens = context.Features.Get<CheckedTokens>();
        if (tokens is null)
            context.Features.Set(tokens = new CheckedTokens());
        tokens.Add(principal, identity);
    }

    // A request may authenticate by several schemes; its user is one of them, or merged of some.
    private sealed class CheckedTokens
    {
        private readonly List<(ClaimsIdentity? Claims, TokenIdentity Token)> _tokens = new(1);

        public void Add(ClaimsPrincipal principal, TokenIdentity token) =>
            _tokens.Add((principal.Identity as ClaimsIdentity, token));

        public TokenIdentity? Find(ClaimsPrincipal user)
        {
            foreach (var identity in user.Identities)
            {
                foreach (var (claims, token) in _tokens)
                {
                    if (ReferenceEquals(identity, claims))
                        return token;
                }
            }

            // A claims transformation may have made a new principal; with one token there is no doubt whose it is.
            return _tokens.Count == 1 && user.Identity?.IsAuthenticated == true ? _tokens[0].Token : null;
        }
    }
}
