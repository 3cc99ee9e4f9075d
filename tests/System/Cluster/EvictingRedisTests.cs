using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Cluster;

/// <summary>A Redis that may forget revocations on its own is refused, whenever it becomes one (guarantee G3).</summary>
public sealed class EvictingRedisTests
{
    // Red when RedisSettings doesn't refuse, or isn't read again while it runs.
    [SlowFact]
    public async Task EvictingRedis_NoSiloStarts_AndThoseThatRunAnswerNothingUntilItIsSetRight()
    {
        await using var cluster = CurfewCluster.Create(("Curfew:Cluster:LeaseLength", "00:00:01"), ("Curfew:Consistency", "leased"));
        await cluster.Redis.StartAsync();
        await cluster.InitializeAsync();
        await cluster.Redis.CommandAsync("config", "set", "maxmemory-policy", "allkeys-lru");

        var refused = cluster.LaunchSilo();
        Assert.NotEqual(0, await refused.Process.ExitAsync());
        Assert.Contains("maxmemory-policy is allkeys-lru", refused.Process.Output, StringComparison.Ordinal);

        await cluster.Redis.CommandAsync("config", "set", "maxmemory-policy", "noeviction");
        cluster.LaunchSilo();
        var api = cluster.LaunchApi();
        await cluster.ReadyAsync();
        var traffic = new Traffic(() => cluster.Apis, TimeSpan.Zero);
        var token = await traffic.IssueAsync("kept");
        Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(api, token));

        // Every 20th renewal asks again, and says why.
        await cluster.Redis.CommandAsync("config", "set", "maxmemory-policy", "volatile-ttl");
        await api.Process.UntilAsync(async () => await traffic.CheckAsync(api, token) == Outcome.Unknown, "checks that aren't answered");
        await api.Process.UntilAsync(
            () => Task.FromResult(api.Process.Output.Contains("maxmemory-policy is volatile-ttl", StringComparison.Ordinal)), "the reason");
        Assert.Equal(Outcome.Unknown, await traffic.LogOutAsync(api, token, Reach.Token));

        await cluster.Redis.CommandAsync("config", "set", "maxmemory-policy", "noeviction");
        await api.Process.UntilAsync(async () => await traffic.CheckAsync(api, token) == Outcome.Yes, "checks that are answered again");
        Assert.Empty(traffic.Errors);
    }
}
