using System.Buffers;
using System.Buffers.Text;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// A JWS in compact form (RFC 7515, 7.1), taken apart by the letter: three non-empty parts in the URL-safe alphabet,
/// without padding and with unused bits zero. Every other spelling of the same bytes is refused, so that a token has
/// one text.
/// </summary>
internal static class CompactJwt
{
    /// <summary>The longest token that is looked at, in characters: 16 KiB.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Splits and decodes a token; its signature is checked for form only.</summary>
    public static bool TryDecode(string token, out byte[] header, out byte[] payload)
    {
        header = payload = [];
        if (token.Length > MaxLength)
            return false;
        var rest = token.AsSpan();
        return TryCut(ref rest, out var first) && TryCut(ref rest, out var second)
            && IsCanonical(rest)
            && TryDecode(first, out header) && TryDecode(second, out payload);
    }

    private static bool TryCut(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> part)
    {
        var dot = rest.IndexOf('.');
        part = dot < 0 ? default : rest[..dot];
        rest = dot < 0 ? default : rest[(dot + 1)..];
        return dot > 0;
    }

    private static bool TryDecode(ReadOnlySpan<char> part, out byte[] bytes)
    {
        bytes = [];
        if (!IsCanonical(part))
            return false;
        bytes = Base64Url.DecodeFromChars(part);
        return true;
    }

    private static bool IsCanonical(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty || part.Length % 4 == 1 || part.ContainsAnyExcept(Alphabet))
            return false;

        // The last character of a part of 2 or 3 beyond whole fours carries 4 or 2 bits that decode to nothing.
        var unused = (part.Length % 4) switch { 2 => 0b1111, 3 => 0b11, _ => 0 };
        return (Value(part[^1]) & unused) == 0;
    }

    private static int Value(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '-' => 62,
        _ => 63,
    };
}
