namespace Curfew.Index;

/// <summary>
/// A fact's 128 bits in the index: 32 of its scope (the user, or the issuer), 4 of its kind, and 92 of the fact within
/// these. Hashes, so they are never stored or sent.
/// </summary>
/// <param name="High">The scope's 32 bits, then 28 of the fact, then its kind.</param>
/// <param name="Low">64 bits of the fact, never 0: that is an empty slot.</param>
internal readonly record struct FactKey(ulong High, ulong Low)
{
    private const ulong KindBits = 0xF;

    public uint Scope => (uint)(High >> 32);

    public FactKind Kind => (FactKind)(High & KindBits);

    public static FactKey Of(ScopeDigest scope, FactKind kind, ulong high, ulong low) =>
        new((scope.High & 0xFFFF_FFFF_0000_0000) | (high & 0xFFFF_FFFF & ~KindBits) | (ulong)kind, low == 0 ? 1 : low);
}
