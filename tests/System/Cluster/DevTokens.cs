using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Curfew.System.Tests.Cluster;

/// <summary>Tokens of the dev issuer with claims that its endpoint doesn't take, signed with its key.</summary>
internal static class DevTokens
{
    public static bool HasKey(string dataDirectory) => File.Exists(KeyFile(dataDirectory));

    public static string Mint(string dataDirectory, string user, string clientId)
    {
        var claims = Claims(user, "curfew");
        claims["client_id"] = clientId;
        return Sign(dataDirectory, "JWT", claims);
    }

    public static string Mint(string dataDirectory, string user, string session, TimeSpan lifetime)
    {
        var claims = Claims(user, "curfew");
        claims["sid"] = session;
        claims["exp"] = (long)claims["iat"]! + (long)lifetime.TotalSeconds;
        return Sign(dataDirectory, "JWT", claims);
    }

    /// <summary>A logout token of the issuer (OpenID Connect Back-Channel Logout 1.0, 2.4) about everything of a user.</summary>
    public static string LogoutToken(string dataDirectory, string user, string audience)
    {
        var claims = Claims(user, audience);
        claims["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() };
        return Sign(dataDirectory, "logout+jwt", claims);
    }

    private static JsonObject Claims(string user, string audience)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = "curfew-dev",
            ["sub"] = user,
            ["aud"] = audience,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
    }

    private static string Sign(string dataDirectory, string type, JsonObject claims)
    {
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = type, ["kid"] = "curfew-dev" };
        var text = Encode(header.ToJsonString()) + "." + Encode(claims.ToJsonString());
        var key = File.ReadAllBytes(KeyFile(dataDirectory));
        return text + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)));
    }

    private static string KeyFile(string dataDirectory) => Path.Combine(dataDirectory, "dev-issuer.key");

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
