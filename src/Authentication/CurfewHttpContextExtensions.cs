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
        // Of nearly all requests the only one.
        private (ClaimsIdentity? Claims, TokenIdentity Token) _first;
        private List<(ClaimsIdentity? Claims, TokenIdentity Token)>? _others;

        public void Add(ClaimsPrincipal principal, TokenIdentity token)
        {
            var added = (principal.Identity as ClaimsIdentity, token);
            if (_first.Token is null)
                _first = added;
            else
                (_others ??= []).Add(added);
        }

        public TokenIdentity? Find(ClaimsPrincipal user)
        {
            foreach (var identity in user.Identities)
            {
                if (ReferenceEquals(identity, _first.Claims))
                    return _first.Token;
                foreach (var (claims, token) in _others ?? [])
                {
                    if (ReferenceEquals(identity, claims))
                        return token;
                }
            }

            // A claims transformation may have made a new principal; with one token there is no doubt whose it is.
            return _others is null && user.Identity?.IsAuthenticated == true ? _first.Token : null;
        }
    }
}
