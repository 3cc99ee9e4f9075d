namespace Curfew.Leases;

/// <summary>What every lease holder is told about a revocation. The protocol reads neither part.</summary>
/// <param name="Key">Whose it is: what a holder keeps it under.</param>
/// <param name="Payload">What was added, for the holder to merge into what it holds.</param>
public readonly record struct Announcement(string Key, ReadOnlyMemory<byte> Payload);
