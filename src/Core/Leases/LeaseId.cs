using System.Diagnostics.CodeAnalysis;

namespace Curfew.Leases;

/// <summary>
/// One incarnation of a lease. A lease that lapsed is never revived: the process takes a new one under a new id.
/// </summary>
public readonly record struct LeaseId(Guid Value)
{
    public static LeaseId New() => new(Guid.NewGuid());

    /// <summary>Reads what <see cref="ToString"/> wrote (32 hex digits).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LeaseId id)
    {
        var parsed = Guid.TryParseExact(text, "N", out var value);
        id = new LeaseId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("N");
}
