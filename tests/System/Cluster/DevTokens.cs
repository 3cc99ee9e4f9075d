using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Curfew.System.Tests.Cluster;

/// <summary>Tokens of the dev issuer with claims that its endpoint doesn't take, signed with its key; and of others, with theirs.</summary>
internal static class DevTokens
{
    /// <summary>Its name, and that of its key.</summary>
    public const string Issuer = "curfew-dev";

    public static bool HasKey(string dataDirectory) => File.Exists(KeyFile(dataDirectory));

    public static string Mint(string dataDirectory, string user, string clientId)
    {
        var claims = Claims(user, "curfew");
        claims["client_id"] = clientId;
        return Sign(dataDirectory, "JWT", claims);
    }

    /// <summary>A logout token of the issuer (OpenID Connect Back-Channel Logout 1.0, 2.4) about everything of a user.</summary>
    public static string LogoutToken(string dataDirectory, string user, string audience)
    {
        var claims = Claims(user, audience);
        claims["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() };
        return Sign(dataDirectory, "logout+jwt", claims);
    }

    /// <summary>As an identity provider signs: issued now, for an hour.</summary>
    public static JsonObject Claims(string user, string audience, string issuer = Issuer)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = issuer,
            ["sub"] = user,
            ["aud"] = audience,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
    }

    public static byte[] Key(string dataDirectory) => File.ReadAllBytes(KeyFile(dataDirectory));

    public static string Sign(JsonObject claims, byte[] key, string keyId, string type = "JWT")
    {
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = type, ["kid"] = keyId };
        var text = Encode(header.ToJsonString()) + "." + Encode(claims.ToJsonString());
        return text + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)));
    }

    private static string Sign(string dataDirectory, string type, JsonObject claims) => Sign(claims, Key(dataDirectory), Issuer, type);

    private static string KeyFile(string dataDirectory) => Path.Combine(dataDirectory, "dev-issuer.key");

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
