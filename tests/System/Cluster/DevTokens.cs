using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Curfew.System.Tests.Cluster;

/// <summary>Tokens of the dev issuer with claims that its endpoint doesn't take, signed with its key.</summary>
internal static class DevTokens
{
    public static string Mint(string dataDirectory, string user, string clientId)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "curfew-dev",
            ["sub"] = user,
            ["aud"] = "curfew",
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["client_id"] = clientId,
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
        var text = Encode("""{"alg":"HS256","typ":"JWT","kid":"curfew-dev"}""") + "." + Encode(claims.ToJsonString());
        var key = File.ReadAllBytes(Path.Combine(dataDirectory, "dev-issuer.key"));
        return text + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)));
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
