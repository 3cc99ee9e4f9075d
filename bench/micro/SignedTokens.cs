using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Bench.Micro;

/// <summary>RS256 tokens of eleven claims, as a provider issues them.</summary>
internal sealed class SignedTokens
{
    public const string Issuer = "https://issuer.example/realms/main", Audience = "https://api.example";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "k1" };

    public SecurityKey Key => _key;

    public string Token(int i)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.AddHours(8).UtcDateTime,
            TokenType = "at+jwt",
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = $"5e0c7a1e-8d41-4a5e-b2a0-{i:D12}",
                ["jti"] = $"b54e2f0a-8d41-4a5e-b2a0-{i:D12}",
                ["sid"] = $"c0ffee00-8d41-4a5e-b2a0-{i:D12}",
                ["client_id"] = "web",
                ["azp"] = "web",
                ["scope"] = "openid profile orders:read orders:write",
            },
        });
    }
}
