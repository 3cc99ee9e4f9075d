using Orleans.Storage;

namespace Curfew.Redis.Hosting;

/// <summary>
/// Orleans's Redis storage, with each read vouched for: a Redis that was emptied, or that is another one, would answer that
/// nothing is revoked.
/// </summary>
internal sealed class VerifiedGrainStorage(IGrainStorage storage, RedisLeases leases) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        leases.ReadStorageAsync(
            async _ =>
            {
                await storage.ReadStateAsync(stateName, grainId, grainState);
                return true;
            },
            CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ClearStateAsync(stateName, grainId, grainState);

    public void Participate(ISiloLifecycle lifecycle) => (storage as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);
}
