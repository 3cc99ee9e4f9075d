using System.Globalization;

namespace Curfew.Api.Audit;

/// <summary>An event of a trail by its number and HMAC, as <c>12:9f86…</c>. The last one's says how far a trail goes.</summary>
/// <param name="Mac">64 hexadecimal digits; none in a trail without a key.</param>
internal readonly record struct AuditHead(long Sequence, string? Mac)
{
    /// <summary>What the first event of a trail follows.</summary>
    public static readonly AuditHead Genesis = new(0, new string('0', MacDigits));

    public const int MacDigits = 64;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Mac}");

    public static bool TryParse(string? text, out AuditHead head)
    {
        var parts = (text ?? "").Split(':');
        var read = long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && parts is [_, ""] or [_, { Length: MacDigits }];
        head = read ? new AuditHead(sequence, parts[1].Length == 0 ? null : parts[1]) : default;
        return read;
    }
}
