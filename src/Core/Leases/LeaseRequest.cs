namespace Curfew.Leases;

/// <summary>What a holder asks of the store.</summary>
/// <param name="Id">The lease to take or renew.</param>
/// <param name="IsTake">A new lease, or else a renewal. A take must name the <see cref="StoreIdentity"/> that the holder knows, and
/// fail at any other: repeated after a restart, it would bring back a lease that the store forgot. A renewal must fail where the id is missing or fenced.</param>
/// <param name="Replaces">With a take: this process's earlier leases. They have ended for certain, so the store may forget
/// them in the same step, and no revoker needs to wait for them.</param>
/// <param name="Sent">From when the term counts: before the request was sent.</param>
public readonly record struct LeaseRequest(LeaseId Id, bool IsTake, IReadOnlyList<LeaseId> Replaces, ClockReading Sent);
