namespace Curfew;

// An issuer and a name below it as one text: both percent-encoded (RFC 3986, only unreserved characters stay), with a
// '|' between, which the encoding never leaves in a part. Two different pairs never share a text.
internal static class ScopedKey
{
    public static string Format(string issuer, string name) =>
        Uri.EscapeDataString(issuer) + "|" + Uri.EscapeDataString(name);

    public static bool TryParse(string? text, out string issuer, out string name)
    {
        issuer = name = "";
        if (text is null || text.IndexOf('|', StringComparison.Ordinal) is var bar && bar < 0)
            return false;
        issuer = Uri.UnescapeDataString(text[..bar]);
        name = Uri.UnescapeDataString(text[(bar + 1)..]);

        // Only the canonical text is a key: another spelling of it would be another grain with other facts.
        return ClaimText.IsValid(issuer) && ClaimText.IsValid(name) && Format(issuer, name) == text;
    }
}
