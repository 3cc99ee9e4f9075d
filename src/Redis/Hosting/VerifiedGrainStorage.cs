using Microsoft.Extensions.Logging;
using Orleans.Storage;
using StackExchange.Redis;

namespace Curfew.Redis.Hosting;

/// <summary>
/// Orleans's Redis storage, with each read vouched for: a Redis that was emptied, or that is another one, would answer that
/// nothing is revoked. So would Orleans of a hash that isn't as it writes them: empty, or with other fields than its two.
/// </summary>
/// <param name="keyOf">The key of a state, as the storage itself names it.</param>
internal sealed partial class VerifiedGrainStorage(
    IGrainStorage storage, RedisLeases leases, Func<string, GrainId, RedisKey> keyOf, ILogger<VerifiedGrainStorage> logger)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        leases.ReadStorageAsync(
            async _ =>
            {
                // Where a neighbour writes the first fact just now, the second look finds both.
                if (await TryReadAsync(stateName, grainId, grainState) || await TryReadAsync(stateName, grainId, grainState))
                    return true;

                // Who is asked says no more than 503. Of what can't be deserialized, Orleans tells itself.
                LogNoState(keyOf(stateName, grainId));
                throw new RevocationUnavailableException($"What Redis holds as '{keyOf(stateName, grainId)}' is no state of Curfew's.");
            },
            CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ClearStateAsync(stateName, grainId, grainState);

    public void Participate(ISiloLifecycle lifecycle) => (storage as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    // False: there is something, and it isn't taken for a state.
    private async Task<bool> TryReadAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var redis = await leases.DatabaseAsync();

        // Asked at the same time, so that a user without facts, as nearly all are, waits for one answer only.
        var exists = redis.KeyExistsAsync(keyOf(stateName, grainId), CommandFlags.DemandMaster);
        await storage.ReadStateAsync(stateName, grainId, grainState);
        return grainState.RecordExists || !await exists;
    }

    [LoggerMessage(1, LogLevel.Error, "What Redis holds as '{Key}' is no state of Curfew's. Whom it is about is answered with 503 until it is put right.")]
    private partial void LogNoState(RedisKey key);
}
