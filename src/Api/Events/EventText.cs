using System.Text.Json;

namespace Curfew.Api.Events;

/// <summary>Members of a verified event, each of the type that its definition gives it.</summary>
internal static class EventText
{
    // 9999-12-31T23:59:59Z: sums with any limit stay far from overflow.
    private const long LastSecond = 253_402_300_799;

    /// <summary>Whether the member is absent or an identifier; null where it is absent.</summary>
    public static bool TryGetIdentifier(this JsonElement claims, string name, out string? text)
    {
        text = null;
        if (!claims.TryGetProperty(name, out var member))
            return true;
        text = member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        return ClaimText.IsValid(text);
    }

    /// <summary>Whether the member is absent or a NumericDate (RFC 7519, 2); in whole Unix seconds, rounded down.</summary>
    public static bool TryGetTime(this JsonElement claims, string name, out long? seconds)
    {
        seconds = null;
        if (!claims.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDecimal(out var number) || number is < 0 or > LastSecond)
            return false;
        seconds = (long)decimal.Floor(number);
        return true;
    }

    /// <summary>Whether the token's <c>typ</c> is this one, or the same with <c>application/</c> before it (RFC 7515, 4.1.9).</summary>
    public static bool IsType(string? typ, string expected)
    {
        const string prefix = "application/";
        var name = typ.AsSpan();
        if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            name = name[prefix.Length..];
        return name.Equals(expected, StringComparison.OrdinalIgnoreCase);
    }
}
