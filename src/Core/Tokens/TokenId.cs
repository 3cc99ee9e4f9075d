using System.Buffers;
using System.Security.Cryptography;

namespace Curfew;

/// <summary>
/// What names one token of an issuer: <c>jti:</c> and its <c>jti</c> (RFC 7519, 4.1.7), or for a token without one
/// <c>sha256:</c> and the SHA-256 over its decoded header and payload bytes, in lower-case hex. Never a hash over the
/// compact text or the signature: base64 padding and ECDSA signatures can be varied without breaking the token.
/// </summary>
public readonly record struct TokenId
{
    private const string JtiPrefix = "jti:";
    private const string HashPrefix = "sha256:";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private TokenId(string text) => Text = text;

    private string Text { get; }

    /// <exception cref="ArgumentException">The <c>jti</c> is empty, over 1,024 characters, or not well-formed.</exception>
    public static TokenId FromJti(string jti) => new(JtiPrefix + ClaimText.Check(jti, nameof(jti)));

    /// <summary>Names a token without a <c>jti</c> by what was signed.</summary>
    public static TokenId FromContent(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        // No separator: two JSON texts in a row can be parted in one way only, but for white space between them,
        // and tokens that differ in that alone say the same.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(payload);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new(HashPrefix + Convert.ToHexStringLower(digest));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out TokenId id)
    {
        id = default;
        if (text is null)
            return false;
        var valid = text.StartsWith(JtiPrefix, StringComparison.Ordinal) ? ClaimText.IsValid(text[JtiPrefix.Length..])
            : text.StartsWith(HashPrefix, StringComparison.Ordinal) && IsLowerHex(text.AsSpan(HashPrefix.Length));
        if (valid)
            id = new TokenId(text);
        return valid;
    }

    public override string ToString() => Text ?? "";

    private static bool IsLowerHex(ReadOnlySpan<char> text) =>
        text.Length == 2 * SHA256.HashSizeInBytes && !text.ContainsAnyExcept(LowerHex);
}
