namespace Curfew.Grains;

[GrainType("curfew.probe")]
internal sealed class StorageProbeGrain(
    [PersistentState(GrainSurroundings.StateName, GrainSurroundings.StorageName)] IPersistentState<StoredFacts> state,
    IStoredUsers? users = null)
    : Grain, IStorageProbeGrain
{
    public Task ProbeAsync() => state.ReadStateAsync();

    public async Task<long?> CountUsersAsync() => users is null ? null : await users.CountAsync(CancellationToken.None);
}
