namespace Curfew.Grains;

/// <summary>Tells whether a grain can be reached and its storage read. The key says which storage partition; any will do.</summary>
[Alias("curfew.IStorageProbe")]
public interface IStorageProbeGrain : IGrainWithIntegerKey
{
    /// <summary>Completes when storage answered.</summary>
    [Alias("Probe")]
    Task ProbeAsync();

    /// <summary>How many have live revocations (<see cref="IStoredUsers"/>); null where the store doesn't tell.</summary>
    [Alias("CountUsers")]
    Task<long?> CountUsersAsync();
}
