namespace Curfew;

/// <summary>A user: an issuer and a subject below it (RFC 7519, 4.1.1 and 4.1.2). Compared character by character.</summary>
public readonly record struct UserKey
{
    /// <exception cref="ArgumentException">A part is empty, over 1,024 characters, or not well-formed.</exception>
    public UserKey(string issuer, string subject)
    {
        Issuer = ClaimText.Check(issuer, nameof(issuer));
        Subject = ClaimText.Check(subject, nameof(subject));
    }

    public string Issuer { get; }

    public string Subject { get; }

    /// <summary>The canonical text, which is the key of the user's grain: two different users never share one.</summary>
    public override string ToString() => ScopedKey.Format(Issuer, Subject);

    /// <summary>Reads canonical text; any other spelling of a user is refused.</summary>
    public static bool TryParse(string? text, out UserKey key)
    {
        var parsed = ScopedKey.TryParse(text, out var issuer, out var subject);
        key = parsed ? new UserKey(issuer, subject) : default;
        return parsed;
    }

    /// <exception cref="FormatException">The text is not canonical.</exception>
    public static UserKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException("Not the canonical text of a user.");
}
