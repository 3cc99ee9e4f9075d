using System.Text;

namespace Curfew.Api.Verify;

/// <summary>Any text as a header's value: printable ASCII as it is, all else and <c>%</c> percent-encoded UTF-8.</summary>
internal static class HeaderText
{
    public static string Encode(string text)
    {
        // A space at either end would be trimmed on the way, and " alice" become "alice".
        var plain = true;
        for (var i = 0; i < text.Length && plain; i++)
            plain = IsPlain(text[i]) && (text[i] != ' ' || (i > 0 && i < text.Length - 1));
        if (plain)
            return text;

        var encoded = new StringBuilder(text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var inside = at > 0 && at + rune.Utf16SequenceLength < text.Length;
            at += rune.Utf16SequenceLength;
            if (rune.IsAscii && IsPlain((char)rune.Value) && (rune.Value != ' ' || inside))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
                encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not '%';
}
