namespace Curfew.Grains;

[GrainType("curfew.probe")]
internal sealed class StorageProbeGrain(
    [PersistentState(GrainSurroundings.StateName, GrainSurroundings.StorageName)] IPersistentState<StoredFacts> state)
    : Grain, IStorageProbeGrain
{
    public Task ProbeAsync() => state.ReadStateAsync();
}
