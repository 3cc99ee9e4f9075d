using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.Events;

/// <summary>Events with one thing wrong, by name. Where the flaw isn't the signature, the signature is good.</summary>
internal static class EventFlaws
{
    public static string Apply(string flaw, JsonObject claims, JsonObject header, IdentityProvider provider, TokenMint mint)
    {
        var now = mint.Now;
        _ = flaw switch
        {
            "no iat" => claims.Remove("iat"),
            "iat is text" => Put(claims, "iat", now.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            "future iat" => Put(claims, "iat", now + 60),
            "old iat" => Put(claims, "iat", now - (25 * 3600)) && claims.Remove("exp") | true,
            "past exp" => Put(claims, "iat", now - 60) && Put(claims, "exp", now - 10),
            "exp is text" => Put(claims, "exp", "soon"),
            "no jti" => claims.Remove("jti"),
            "jti is number" => Put(claims, "jti", 5),
            "nonce" => Put(claims, "nonce", "n"),
            "null nonce" => Put(claims, "nonce", null),
            "no events" => claims.Remove("events"),
            "events array" => Put(claims, "events", new JsonArray((string?)claims["events"]!.AsObject().First().Key)),
            "other event" => Put(claims, "events", new JsonObject { ["https://one.test/event"] = new JsonObject() }),
            "event is text" => Put(claims["events"]!.AsObject(), claims["events"]!.AsObject().First().Key, "yes"),
            "event is null" => Put(claims["events"]!.AsObject(), claims["events"]!.AsObject().First().Key, null),
            "two events" => Put(claims["events"]!.AsObject(), "https://one.test/event", new JsonObject()),
            "no aud" => claims.Remove("aud"),
            "other aud" => Put(claims, "aud", "somebody-else"),
            "bearer aud" => Put(claims, "aud", TokenMint.Audience),
            "no iss" => claims.Remove("iss"),
            "other iss" => Put(claims, "iss", "https://stranger.test/"),
            "iss is number" => Put(claims, "iss", 1),
            "no sub" => claims.Remove("sub"),
            "sub" => Put(claims, "sub", "alice"),
            "empty sub" => Put(claims, "sub", ""),
            "sub is number" => Put(claims, "sub", 1),
            "sid is number" => Put(claims, "sid", 1),
            "no typ" => header.Remove("typ"),
            _ when flaw.StartsWith("typ ", StringComparison.Ordinal) => Put(header, "typ", flaw[4..]),
            "crit" => Put(header, "crit", new JsonArray("exp")),
            "key of another issuer" => Put(header, "alg", "HS256"),
            "hmac with the public key" => Put(header, "alg", "HS256"),
            "alg none" or "unsigned" => Put(header, "alg", "none"),
            "PS256" => Put(header, "alg", "PS256"),
            _ => false,
        };
        var (head, body) = (Encoding.UTF8.GetBytes(header.ToJsonString()), Encoding.UTF8.GetBytes(claims.ToJsonString()));
        var text = claims.ToJsonString();
        body = flaw switch
        {
            "duplicate sub" => Encoding.UTF8.GetBytes("{\"sub\":\"mallory\"," + text[1..]),
            "duplicate deep inside" => Encoding.UTF8.GetBytes(text[..^1] + ",\"x\":{\"a\":1,\"a\":2}}"),
            "lone surrogate" => Encoding.UTF8.GetBytes(text[..^1] + ",\"x\":\"\\ud800\"}"),
            "not UTF-8" => [.. Encoding.UTF8.GetBytes(text[..^1] + ",\"x\":\""), 0xC3, 0x28, .. "\"}"u8],
            "not JSON" => Encoding.UTF8.GetBytes(text[..^1]),
            "array" => Encoding.UTF8.GetBytes($"[{text}]"),
            "trailing" => Encoding.UTF8.GetBytes(text + "{}"),
            "deep" => Encoding.UTF8.GetBytes(text[..^1] + ",\"x\":" + new string('[', 100) + new string(']', 100) + "}"),
            _ => body,
        };
        var signed = Base64Url.EncodeToString(head) + "." + Base64Url.EncodeToString(body);
        var bytes = Encoding.ASCII.GetBytes(signed);
        using var stranger = RSA.Create(2048);
        var signature = flaw switch
        {
            "alg none" => Sign(provider.Key, bytes),
            "unsigned" => [],
            "other key" => Sign(stranger, bytes),
            "hmac with the public key" => HMACSHA256.HashData(provider.Key.ExportSubjectPublicKeyInfo(), bytes),
            "key of another issuer" => HMACSHA256.HashData(mint.Secret, bytes),
            "PS256" => provider.Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => Sign(provider.Key, bytes),
        };
        var token = signed + "." + Base64Url.EncodeToString(signature);
        return flaw switch
        {
            "changed" => Base64Url.EncodeToString(head) + "."
                + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text[..^1] + ",\"x\":1}")) + "." + token.Split('.')[2],
            "five parts" => token + ".AA.AA",
            "padded" => token + "=",
            "an access token" => provider.Token(mint),
            _ => token,
        };
    }

    private static byte[] Sign(RSA key, byte[] bytes) => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static bool Put(JsonObject json, string name, JsonNode? value)
    {
        json[name] = value;
        return true;
    }
}
