using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Peers.Tests;

/// <summary>Signs the tokens that every system accepts (HS256, as tutorials do).</summary>
public static class Issuer
{
    public const string Name = "https://issuer.example";
    public const string Audience = "api";
    public const string Secret = "a secret of the length that HS256 asks for, and more";

    public static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    private static readonly SigningCredentials _credentials =
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret)), SecurityAlgorithms.HmacSha256);

    /// <summary>A token of <paramref name="user"/> that lives for <paramref name="lifetime"/> from now.</summary>
    public static string Token(string user, TimeSpan lifetime, string? scope = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Audience,
            Subject = new ClaimsIdentity(
            [
                new Claim("sub", user),
                new Claim("jti", Guid.NewGuid().ToString("N")),
                .. scope is null ? Array.Empty<Claim>() : [new Claim("scope", scope)],
            ]),
            IssuedAt = now,
            Expires = now + lifetime,
            SigningCredentials = _credentials,
        });
    }

    /// <summary>The same token as another text, with the padding that base64url leaves off (RFC 7515).</summary>
    public static string AnotherTextOf(string token) => token + "=";
}
