using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Curfew.Samples.Tests.Running;

/// <summary>Signs tokens, and says how an app is configured to accept them, as <c>dotnet user-jwts</c> would.</summary>
public sealed class Issuer
{
    private const string Name = "https://issuer.test/";
    private const string Section = "Authentication__Schemes__Bearer__";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public IEnumerable<(string, string)> Settings =>
    [
        (Section + "ValidIssuer", Name),
        (Section + "ValidAudience", "orders"),
        (Section + "SigningKeys__0__Id", "test"),
        (Section + "SigningKeys__0__Issuer", Name),
        (Section + "SigningKeys__0__Value", Convert.ToBase64String(_key)),
        (Section + "SigningKeys__0__Length", "32"),
    ];

    public string Token(string sub, string audience = "orders", int lifetimeSeconds = 600)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT" };
        var claims = new JsonObject
        {
            ["iss"] = Name,
            ["sub"] = sub,
            ["aud"] = audience,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = now,
            ["exp"] = now + lifetimeSeconds,
        };
        var signed = Part(header) + "." + Part(claims);
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signed)));
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
