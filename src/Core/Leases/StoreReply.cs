namespace Curfew.Leases;

/// <summary>What every answer of the store says about the store itself, read atomically with the rest.</summary>
/// <param name="Store">Null without the marker: nothing may be acknowledged or accepted.</param>
/// <param name="Settled">Some process has waited, since it first saw this identity, until every lease that it may have
/// forgotten had ended, and wrote that down in the store. Needs no clock of the store's.</param>
public readonly record struct StoreReply(StoreIdentity? Store, bool Settled);
