using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Curfew;

/// <summary>What an issuer, a subject, a session, a client or a token id may be: bounded, well-formed text.</summary>
public static class ClaimText
{
    /// <summary>The longest identifier that is accepted, in UTF-16 code units.</summary>
    public const int MaxLength = 1024;

    /// <summary>
    /// Not empty, at most <see cref="MaxLength"/> long, and without lone surrogates: these have no UTF-8 form, so two
    /// different texts would share one key.
    /// </summary>
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength })
            return false;
        if (Ascii.IsValid(text))
            return true;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[consumed..];
        }

        return true;
    }

    internal static string Check(string text, string name) =>
        IsValid(text) ? text : throw new ArgumentException($"{name} must be 1 to {MaxLength} well-formed characters.", name);
}
