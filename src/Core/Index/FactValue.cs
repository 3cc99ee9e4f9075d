namespace Curfew.Index;

/// <summary>
/// A fact's number and expiry in 64 bits, read and written at once: 40 bits of seconds, and 24 bits of 1,024 s each,
/// rounded up (until the year 2514; what expires later is kept for good). 0 is no fact.
/// </summary>
internal static class FactValue
{
    private const int ExpiryBits = 24;
    private const long ExpiryUnit = 1024;
    private const ulong LastExpiry = (1UL << ExpiryBits) - 1;
    private const long LastNumber = (1L << 40) - 1;

    public static ulong Of(long number, long expires)
    {
        var units = Math.Clamp(expires, 1, (long)LastExpiry * ExpiryUnit);
        return ((ulong)Math.Clamp(number, 0, LastNumber) << ExpiryBits) | (ulong)((units + ExpiryUnit - 1) / ExpiryUnit);
    }

    public static long Number(ulong value) => (long)(value >> ExpiryBits);

    public static ulong Merge(ulong left, ulong right) =>
        Math.Max(left & ~LastExpiry, right & ~LastExpiry) | Math.Max(left & LastExpiry, right & LastExpiry);

    public static bool HasExpired(ulong value, long now) =>
        (value & LastExpiry) is var units && units != LastExpiry && (long)units * ExpiryUnit <= now;
}
