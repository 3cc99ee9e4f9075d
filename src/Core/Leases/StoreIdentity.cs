namespace Curfew.Leases;

/// <summary>
/// Which memory a store has. Another identity may have forgotten leases that their holders still count on.
/// </summary>
/// <param name="Marker">Written once when the store was initialised; a store that came back empty has none.</param>
/// <param name="Run">New with each start of the server's process.</param>
/// <param name="Replication">New whenever a replica became the primary.</param>
public sealed record StoreIdentity(string Marker, string Run, string Replication)
{
    public override string ToString() => $"{Marker}:{Run}:{Replication}";
}
