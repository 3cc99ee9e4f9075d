using System.Globalization;
using Curfew.Leases;
using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>The scripts' calls. Throws <see cref="RedisException"/> or <see cref="TimeoutException"/>, nothing else.</summary>
internal sealed class RedisLeaseStore(RedisConnection connection, RedisLeaseOptions options, TimeProvider time)
{
    private const int Header = 5;

    // The braces keep both in one slot of a Redis Cluster.
    private readonly RedisKey[] _keys = [$"{{{options.ServiceId}}}:store", $"{{{options.ServiceId}}}:leases"];

    public Task<Answer> VerifyAsync() => EvaluateAsync(LeaseScripts.Verify);

    public async Task<(Answer Answer, bool Granted)> RequestAsync(LeaseRequest request, StoreIdentity? known)
    {
        var answer = request.IsTake
            ? await EvaluateAsync(LeaseScripts.Take, [$"{request.Id}", $"{known}", .. request.Replaces.Select(id => (RedisValue)$"{id}")]).ConfigureAwait(false)
            : await EvaluateAsync(LeaseScripts.Renew, $"{request.Id}").ConfigureAwait(false);
        return (answer, answer.Rest[0] == "1");
    }

    public async Task<(Answer Answer, List<ListedLease> Leases)> ListAsync()
    {
        var answer = await EvaluateAsync(LeaseScripts.List).ConfigureAwait(false);
        var leases = new List<ListedLease>(answer.Rest.Length / 2);
        for (var i = 0; i + 1 < answer.Rest.Length; i += 2)
        {
            if (LeaseId.TryParse(answer.Rest[i], out var id)) leases.Add(new(id, answer.Rest[i + 1] == "fenced"));
        }

        return (answer, leases);
    }

    public async Task<(Answer Answer, List<LeaseId> Fenced)> FenceAsync(IReadOnlyList<LeaseId> ids)
    {
        var answer = await EvaluateAsync(LeaseScripts.Fence, [.. ids.Select(id => (RedisValue)$"{id}")]).ConfigureAwait(false);
        return (answer, [.. answer.Rest.Select(text => LeaseId.TryParse(text, out var id) ? id : default)]);
    }

    public Task RemoveAsync(IReadOnlyList<LeaseId> ids) =>
        ids.Count == 0 ? Task.CompletedTask : EvaluateAsync(LeaseScripts.Remove, [.. ids.Select(id => (RedisValue)$"{id}")]);

    public Task SettleAsync(StoreIdentity identity) => EvaluateAsync(LeaseScripts.Settle, $"{identity}");

    /// <summary>False: there is a marker already, and nothing was changed.</summary>
    public async Task<bool> InitializeAsync(RevocationLimits limits)
    {
        var arguments = new List<RedisValue> { Guid.NewGuid().ToString("N") };
        foreach (var (name, seconds) in limits.ToStored())
        {
            arguments.Add(name);
            arguments.Add(seconds);
        }

        return (await EvaluateAsync(LeaseScripts.Initialize, [.. arguments]).ConfigureAwait(false)).Rest[0] == "1";
    }

    public async Task<IReadOnlyDictionary<string, long>> ReadLimitsAsync()
    {
        var redis = await connection.GetAsync().ConfigureAwait(false);
        var entries = await redis.GetDatabase().HashGetAllAsync(_keys[0]).WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
        return entries
            .Where(entry => ((string)entry.Name!).StartsWith("limit:", StringComparison.Ordinal))
            .ToDictionary(entry => ((string)entry.Name!)["limit:".Length..], entry => long.Parse((string)entry.Value!, CultureInfo.InvariantCulture));
    }

    private async Task<Answer> EvaluateAsync(string script, params RedisValue[] arguments)
    {
        var redis = await connection.GetAsync().ConfigureAwait(false);
        // A script runs on the primary only: DemandMaster refuses what a replica, not knowing the last write, would answer.
        var result = await redis.GetDatabase()
            .ScriptEvaluateAsync(script, _keys, arguments, CommandFlags.DemandMaster)
            .WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
        var parts = ((string?[]?)result ?? []).Select(part => part ?? "").ToArray();
        if (parts.Length < Header) throw new RedisException("An incomplete answer.");
        if (parts[4] != "master") throw new RedisException("Redis answered as a replica.");
        var store = parts[0].Length == 0 ? null : new StoreIdentity(parts[0], parts[1], parts[2]);
        return new Answer(new StoreReply(store, parts[3] == "1"), parts[Header..]);
    }

    internal readonly record struct Answer(StoreReply Reply, string[] Rest);
}
