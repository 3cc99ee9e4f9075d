namespace Curfew.Leases;

/// <summary>A lease as the store lists it. A fenced one can't be renewed, but may still be counted on.</summary>
public readonly record struct ListedLease(LeaseId Id, bool Fenced);
