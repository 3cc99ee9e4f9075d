using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Curfew.Authentication.Tests.Hosting;

/// <summary>Makes tokens by hand, right and wrong ones, and remembers what of them must never be logged.</summary>
public sealed class TokenMint(TimeProvider time)
{
    public const string Issuer = "https://one.test/";
    public const string OtherIssuer = "https://two.test/";
    public const string Audience = "api";

    private readonly ConcurrentBag<string> _secrets = [];

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(32);

    public byte[] OtherSecret { get; } = RandomNumberGenerator.GetBytes(32);

    public IEnumerable<string> Secrets =>
        [.. _secrets, Convert.ToBase64String(Secret), Convert.ToBase64String(OtherSecret)];

    public long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Claims that are accepted, for a test to change.</summary>
    public JsonObject Claims(string sub = "alice", string issuer = Issuer) => new()
    {
        ["iss"] = issuer,
        ["sub"] = sub,
        ["aud"] = Audience,
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["iat"] = Now,
        ["exp"] = Now + 600,
    };

    public string Token(string sub = "alice", Action<JsonObject>? change = null)
    {
        var claims = Claims(sub);
        change?.Invoke(claims);
        return Hs256(claims, Secret);
    }

    public string Hs256(JsonObject claims, byte[] secret, JsonObject? header = null) =>
        Sign(header ?? new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT" }, claims, bytes => HMACSHA256.HashData(secret, bytes));

    public string Sign(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign) =>
        Sign(header.ToJsonString(), claims.ToJsonString(), sign);

    public string Sign(string header, string claims, Func<byte[], byte[]> sign)
    {
        var signed = Part(header) + "." + Part(claims);
        var signature = Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)));
        // The signature makes a token of what may be known; a part as short as "[1]" is no secret.
        foreach (var part in new[] { signature, Part(claims) })
        {
            if (part.Length > 40)
                _secrets.Add(part);
        }

        return signed + "." + signature;
    }

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
