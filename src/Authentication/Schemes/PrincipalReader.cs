using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Curfew.Authentication.Schemes;

/// <summary>
/// Makes a token's identity of claims that a scheme vouches for. Without the token's bytes only a <c>jti</c> can name it.
/// </summary>
internal static class PrincipalReader
{
    private const long LastSecond = 253_402_300_799;

    /// <summary>The identity, or null: a claim is missing, stands there twice with different values, or can't be read.</summary>
    public static TokenIdentity? Read(AuthenticationTicket ticket, string? defaultIssuer)
    {
        var claims = new Claims(ticket.Principal);
        var issuer = claims.Text("iss") ?? defaultIssuer;
        var subject = claims.Text("sub") ?? claims.Text(ClaimTypes.NameIdentifier);
        var jti = claims.Text("jti");
        var issuedAt = claims.Time("iat", roundUp: false) ?? Seconds(ticket.Properties.IssuedUtc, roundUp: false);
        var expires = claims.Time("exp", roundUp: true) ?? Seconds(ticket.Properties.ExpiresUtc, roundUp: true);
        var session = claims.Text("sid");
        var client = claims.Text("client_id");
        var party = claims.Text("azp");
        var authTime = claims.Time("auth_time", roundUp: false);
        if (!claims.AreClear || !claims.AreBearer || !ClaimText.IsValid(issuer) || !ClaimText.IsValid(subject)
            || !ClaimText.IsValid(jti) || issuedAt is null || expires is null)
        {
            return null;
        }

        return new TokenIdentity(new UserKey(issuer!, subject!), TokenId.FromJti(jti!), issuedAt.Value, expires.Value)
        {
            Session = session,
            ClientId = client,
            AuthorizedParty = party,
            AuthTime = authTime,
        };
    }

    private static long? Seconds(DateTimeOffset? time, bool roundUp) =>
        time is not { } at ? null
        : at.ToUnixTimeSeconds() + (roundUp && at.Ticks % TimeSpan.TicksPerSecond != 0 ? 1 : 0);

    private struct Claims(ClaimsPrincipal principal)
    {
        private bool _unclear;

        public readonly bool AreClear => !_unclear;

        /// <summary>No logout token, and no token that proves nothing by being presented.</summary>
        public readonly bool AreBearer => !principal.HasClaim(claim => claim.Type is "events" or "cnf");

        public string? Text(string type)
        {
            string? found = null;
            foreach (var claim in principal.Claims)
            {
                if (claim.Type != type || claim.Value.Length == 0)
                    continue;

                // One claim copied by a transformation is no contradiction; two values are.
                _unclear |= (found is not null && found != claim.Value) || !ClaimText.IsValid(claim.Value);
                found = claim.Value;
            }

            return found;
        }

        public long? Time(string type, bool roundUp)
        {
            if (Text(type) is not { } text)
                return null;
            if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number is >= 0 and <= LastSecond)
            {
                return (long)(roundUp ? Math.Ceiling(number) : Math.Floor(number));
            }

            _unclear = true;
            return null;
        }
    }
}
