using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.Hostile;

/// <summary>Other texts of the same token, and tokens that an issuer could have signed under the same <c>jti</c>.</summary>
internal static class TokenVariants
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>What anybody can make of a token's text.</summary>
    public static IEnumerable<string> OfText(string token)
    {
        var parts = token.Split('.');
        string[] frames =
        [
            "{0}", " {0}", "{0} ", "\t{0}", "{0}\t", "\"{0}\"", "'{0}'", "<{0}>", "{0};", "{0},", "{0},{0}", "{0} {0}", "{0}.", ".{0}", "{0}..",
            "{0}.{0}", "{0}=", "{0}==", "{0}%3D", "{0}%20", "{0}#", "{0}?x", "{0}&x=y", "{0}/", "{0}\\", "Bearer {0}", "bearer {0}", "JWT {0}",
            "token={0}", "\ufeff{0}", "{0}\u200b", "{0}\u00a0", "%00{0}", "{0}\0", "{0}~", "{0}A", "{0}AAAA",
        ];
        foreach (var frame in frames)
            yield return frame.Replace("{0}", token, StringComparison.Ordinal);
        yield return token.Replace('-', '+').Replace('_', '/') + "=";
        yield return token.ToUpperInvariant();
        yield return token.ToLowerInvariant();
        yield return token.Replace('.', '\u3002');
        yield return token.Insert(token.Length / 2, " ");
        yield return token.Insert(token.Length / 2, "=");
        yield return token.Insert(token.Length / 2, "\r\n ");
        yield return Uri.EscapeDataString(token).Replace(".", "%2E", StringComparison.Ordinal);
        yield return parts[0] + "." + parts[1];
        yield return parts[0] + "." + parts[1] + ".";
        yield return parts[0] + ".." + parts[2];
        yield return Base64Url.EncodeToString("{\"alg\":\"none\"}"u8) + "." + parts[1] + ".";
        for (var part = 0; part < 3; part++)
        {
            foreach (var ending in new[] { "=", "==", "A" })
                yield return Changed(part, parts[part] + ending);

            // The last character's unused bits, where it has some; else another signature, header or payload.
            yield return Changed(part, parts[part][..^1] + Alphabet[Alphabet.IndexOf(parts[part][^1], StringComparison.Ordinal) ^ 1]);
        }

        string Changed(int part, string text) => string.Join('.', parts.Select((p, i) => i == part ? text : p));
    }

    /// <summary>Signed by the issuer's true key, for the same <c>jti</c>: none of them may say less than the token that was revoked.</summary>
    public static IEnumerable<string> OfIssuer(TokenMint mint, JsonObject claims)
    {
        var (json, jti) = (claims.ToJsonString(), (string)claims["jti"]!);
        string[] headers =
        [
            """{"alg":"HS256","typ":"JWT","kid":"k1"}""", """{"alg":"HS256","kid":"../../../../dev/null"}""",
            """{"alg":"HS256","kid":"' OR 1=1 --"}""", """{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}""",
            """{"alg":"HS256","jku":"http://127.0.0.1:1/"}""", """{"alg":"HS256","x5u":"file:///etc/passwd"}""",
            """{"alg":"HS256","b64":false,"crit":["b64"]}""", """{"alg":"HS256","b64":false}""", """{"alg":"HS256","crit":[]}""",
            """{"alg":"HS256","cty":"JWT"}""", """{"alg":"HS256","zip":"DEF"}""", """{"alg":"HS256","alg":"none"}""",
            """{"typ":"JWT","alg":"HS256","typ":"JWT"}""", """ {"alg":"HS256"} """, "\ufeff{\"alg\":\"HS256\"}",
        ];
        string[] payloads =
        [
            json + " ", "\ufeff" + json, json + "{}", json.Insert(1, $"\"jti\":\"{jti}2\","), json[..^1] + $",\"jti\":\"{jti}2\"}}",
            json[..^1] + $",\"\\u006ati\":\"{jti}2\"}}", json[..^1] + ",\"JTI\":\"other\"}", json[..^1] + ",\"jti\":null}",
            json[..^1] + ",\"sub\":\"nobody\"}",
            json.Replace($"\"{jti}\"", $"\"{string.Concat(jti.Select(c => $"\\u{(int)c:x4}"))}\"", StringComparison.Ordinal),
            "[" + json + "]", "\"" + json.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
        ];
        foreach (var header in headers)
            yield return mint.Sign(header, json, Mac);
        foreach (var payload in payloads)
            yield return mint.Sign(headers[0], payload, Mac);

        // A token within a token.
        yield return mint.Sign("""{"alg":"HS256","cty":"JWT"}""", mint.Sign(headers[0], json, Mac), Mac);

        byte[] Mac(byte[] signed) => HMACSHA256.HashData(mint.Secret, signed);
    }

    /// <summary>(r, s) and (r, n - s) sign the same (SEC 1, 4.1), on P-256.</summary>
    public static string Malleated(string token)
    {
        var order = BigInteger.Parse(
            "00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber);
        var dot = token.LastIndexOf('.');
        var signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        var s = order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(signature.AsSpan(64 - bytes.Length));
        return token[..(dot + 1)] + Base64Url.EncodeToString(signature);
    }

    /// <summary>DER instead of the two numbers in a row: what other libraries write.</summary>
    public static string InDer(string token)
    {
        var dot = token.LastIndexOf('.');
        var signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var half in new[] { signature[..32], signature[32..] })
                writer.WriteInteger(new BigInteger(half, isUnsigned: true, isBigEndian: true));
        }

        return token[..(dot + 1)] + Base64Url.EncodeToString(writer.Encode());
    }
}
