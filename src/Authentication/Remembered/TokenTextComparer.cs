using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Curfew.Authentication.Remembered;

/// <summary>
/// Finds a token's ASCII bytes by its text: half the memory of a string. Hashed is the end alone, which the signature of
/// a verified token makes as good as random; the whole text is compared.
/// </summary>
internal sealed class TokenTextComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<char>, byte[]>
{
    public static readonly TokenTextComparer Instance = new();

    // 192 bits of the signature. Garbage with a good token's ending costs its sender one comparison, as any does.
    private const int Hashed = 32;

    public bool Equals(byte[]? x, byte[]? y) => ReferenceEquals(x, y) || x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] text) => Hash(text.AsSpan(Math.Max(0, text.Length - Hashed)));

    public bool Equals(ReadOnlySpan<char> text, byte[] other) => text.Length == other.Length && Ascii.Equals(other, text);

    public int GetHashCode(ReadOnlySpan<char> text)
    {
        Span<byte> end = stackalloc byte[Hashed];
        Ascii.FromUtf16(text[Math.Max(0, text.Length - Hashed)..], end, out var written);
        return Hash(end[..written]);
    }

    public byte[] Create(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        Ascii.FromUtf16(text, bytes, out _);
        return bytes;
    }

    private static int Hash(ReadOnlySpan<byte> end)
    {
        var hash = default(HashCode);
        hash.AddBytes(end);
        return hash.ToHashCode();
    }
}
