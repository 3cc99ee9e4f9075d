namespace Curfew.Grains;

/// <summary>Whose facts are meant: a user's, or with no subject those of the issuer and its clients.</summary>
public readonly record struct FactScope(string Issuer, string? Subject)
{
    public static FactScope Of(UserKey user) => new(user.Issuer, user.Subject);

    /// <summary>As one text: a user's canonical text, or the issuer percent-encoded, which never holds a user's <c>|</c>.</summary>
    public override string ToString() =>
        Subject is { } subject ? new UserKey(Issuer, subject).ToString() : Uri.EscapeDataString(Issuer);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static FactScope Parse(string text) =>
        text.Contains('|', StringComparison.Ordinal) ? Of(UserKey.Parse(text))
        : ClaimText.IsValid(Uri.UnescapeDataString(text)) ? new FactScope(Uri.UnescapeDataString(text), null)
        : throw new FormatException("Not a scope's text.");
}
