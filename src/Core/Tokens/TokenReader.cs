using System.Text.Json;
using System.Text.Unicode;

namespace Curfew;

/// <summary>
/// Reads a token's identity from its decoded header and payload, with more rigour than a verifier needs: what two
/// readers could understand differently is refused. It verifies nothing.
/// </summary>
public static class TokenReader
{
    // 9999-12-31T23:59:59Z: sums with any limit stay far from overflow.
    private const long LastSecond = 253_402_300_799;

    // As many digits as a decimal holds.
    private const int MaxTimeLength = 28;

    /// <param name="header">The decoded JOSE header, a JSON object in UTF-8.</param>
    /// <param name="payload">The decoded claims, a JSON object in UTF-8.</param>
    /// <param name="allowSenderConstrained">Accept a <c>cnf</c> claim: whoever calls checks the proof of possession.</param>
    /// <param name="clientClaim">The claim that names the client where a token has no <c>client_id</c>, as Okta's <c>cid</c>; null: none.</param>
    /// <param name="identity">The identity, when the answer is <see cref="TokenRefusal.None"/>.</param>
    public static TokenRefusal TryRead(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, bool allowSenderConstrained, out TokenIdentity? identity,
        string? clientClaim = null)
    {
        identity = null;

        // The JSON reader looks at the bytes of those strings only that it is asked for.
        if (!Utf8.IsValid(header) || !Utf8.IsValid(payload))
            return TokenRefusal.Malformed;
        TokenRefusal refusal;
        var claims = default(TokenClaims);
        try
        {
            refusal = ReadHeader(header);
            if (refusal == TokenRefusal.None)
                refusal = claims.Read(payload, clientClaim);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with an escaped lone surrogate.
            return TokenRefusal.Malformed;
        }

        if (refusal == TokenRefusal.None)
            refusal = claims.FirstRefusal(allowSenderConstrained);
        if (refusal == TokenRefusal.None)
            identity = claims.ToIdentity(header, payload);
        return refusal;
    }

    private static TokenRefusal ReadHeader(ReadOnlySpan<byte> header)
    {
        var reader = new Utf8JsonReader(header);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return TokenRefusal.Malformed;
        var refusal = TokenRefusal.None;
        var typed = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            CheckText(ref reader);
            if (reader.ValueTextEquals("crit"u8))
                refusal = TokenRefusal.Malformed;
            var isType = reader.ValueTextEquals("typ"u8);
            reader.Read();
            if (isType)
            {
                if (typed || reader.TokenType != JsonTokenType.String)
                    return TokenRefusal.Malformed;
                typed = true;
                if (!IsAccessToken(reader.GetString()!) && refusal == TokenRefusal.None)
                    refusal = TokenRefusal.NotAccessToken;
            }

            SkipValue(ref reader);
        }

        // Reading on past the object throws where anything but white space follows.
        reader.Read();
        return refusal;
    }

    // Media types compare without case, and "application/" may be left out (RFC 7515, 4.1.9).
    private static bool IsAccessToken(string type)
    {
        const string prefix = "application/";
        if (type.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            type = type[prefix.Length..];
        return type.Equals("JWT", StringComparison.OrdinalIgnoreCase)
            || type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Skips the value that the reader stands on. A lone surrogate anywhere in it throws: whoever reads that member
    /// later (a scope, a name) would stumble over it, or take it for another text.
    /// </summary>
    internal static void SkipValue(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        CheckText(ref reader);
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        while (reader.Read() && reader.CurrentDepth > depth)
            CheckText(ref reader);
    }

    internal static void CheckText(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
            _ = reader.GetString();
    }

    /// <summary>A NumericDate (RFC 7519, 2) as whole Unix seconds, from 1970 to 9999; fractions go the way that is asked for.</summary>
    internal static bool TryReadTime(ref Utf8JsonReader reader, bool roundUp, out long seconds)
    {
        seconds = 0;
        if (reader.TokenType != JsonTokenType.Number)
            return false;
        if (reader.TryGetInt64(out seconds))
            return seconds is >= 0 and <= LastSecond;

        // A double would round 1700000000.99999999 up before it is rounded down. A decimal holds every digit of so short
        // a text, and longer ones no issuer writes.
        if (reader.ValueSpan.Length > MaxTimeLength
            || !reader.TryGetDecimal(out var number) || number is < 0 or > LastSecond)
        {
            return false;
        }

        seconds = (long)(roundUp ? decimal.Ceiling(number) : decimal.Floor(number));
        return true;
    }
}
