namespace Curfew.Index;

/// <summary>
/// A fact's 128 bits in the index: 32 of its scope (the user, or the issuer) and 96 of the fact within it. Hashes, so
/// they are never stored or sent.
/// </summary>
/// <param name="High">The scope's 32 bits, then 32 of the fact.</param>
/// <param name="Low">64 bits of the fact, never 0: that is an empty slot.</param>
internal readonly record struct FactKey(ulong High, ulong Low)
{
    public uint Scope => (uint)(High >> 32);
}
