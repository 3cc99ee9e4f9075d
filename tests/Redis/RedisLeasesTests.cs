using System.Collections.Concurrent;

namespace Curfew.Redis;

/// <summary>The protocol over a real Redis, with L = 1 s.</summary>
public sealed class RedisLeasesTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, int> _storage = new();
    private readonly List<Node> _nodes = [];
    private RedisServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartNewAsync();
        var first = Start();
        await Until.SucceedsAsync(first.Leases.InitializeStoreAsync);
        await first.LiveAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task ALogoutReachesAllWhoHoldIt_AndIsAcknowledgedWithoutWaiting()
    {
        var (one, two) = await TwoAsync();
        Assert.Equal(0, await two.CheckAsync("ada"));
        await one.LogOutAsync("ada", 1);
        Assert.Equal(1, await two.CheckAsync("ada"));

        // Red when holders don't confirm: then each logout ends by waiting a lease out. On a busy machine some do.
        for (var i = 0; ; i++)
        {
            Assert.True(i < 20, "No logout was acknowledged by confirmations alone.");
            var fencings = one.Fencings;
            await one.LogOutAsync($"user-{i}", 1);
            if (one.Fencings == fencings) break;
        }
    }

    [Fact]
    public async Task ManyLogoutsAtOnceAreAllAcknowledged()
    {
        var (one, two) = await TwoAsync();
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => one.LogOutAsync($"user-{i}", 1)));
        for (var i = 0; i < 2000; i++) Assert.Equal(1, await two.CheckAsync($"user-{i}"));
    }

    [Fact]
    public async Task ADeadHolderIsWaitedOut()
    {
        // Red when the round acknowledges after the fence (it then takes 0.3 s), and when what was waited out isn't removed.
        var (one, _) = await TwoAsync();
        string? dead;
        do
        {
            // Again where a busy machine took its lease before it died.
            var dying = Start();
            await dying.LiveAsync();
            await dying.DieAsync();
            dead = dying.Lease;
        }
        while (dead is null || !(await LeasesAsync()).Contains($"{dead} live", StringComparison.Ordinal));

        var took = await one.LogOutAsync("ada", 1);
        Assert.True(took.TotalSeconds >= 1.2, $"It took {took}: shorter than the dead lease.");

        // No later logout waits for it.
        await Until.TrueAsync(async () => !(await LeasesAsync()).Contains(dead, StringComparison.Ordinal));
        await one.LogOutAsync("ada", 2);
    }

    [Fact]
    public async Task AHolderThatLeavesIsNotWaitedFor()
    {
        // Red when the lease isn't released.
        var (one, two) = await TwoAsync();
        string? left;
        while ((left = two.Lease) is null) await two.LiveAsync();
        await two.DisposeAsync();
        _nodes.Remove(two);
        Assert.DoesNotContain(left, await LeasesAsync(), StringComparison.Ordinal);
        await one.LogOutAsync("ada", 1);
    }

    [Fact]
    public async Task AHolderThatCannotApplyAnswersNothingFromMemory()
    {
        var (one, two) = await TwoAsync();
        Assert.Equal(0, await two.CheckAsync("ada"));
        two.Stuck = Task.CompletedTask;
        await one.LogOutAsync("ada", 1);
        Assert.Equal(1, await two.CheckAsync("ada"));
    }

    [Fact]
    public async Task ASubscriptionThatBrokeLosesNoLogout()
    {
        var (one, two) = await TwoAsync();
        Assert.Equal(0, await two.CheckAsync("ada"));
        await _server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await one.LogOutAsync("ada", 1);
        Assert.Equal(1, await two.CheckAsync("ada"));
        await two.LiveAsync();
    }

    [Fact]
    public async Task AnEmptiedStoreIsUnavailableUntilItIsInitialised()
    {
        var (one, two) = await TwoAsync();
        await one.LogOutAsync("ada", 1);
        await two.CheckAsync("ada");
        await _server.CommandAsync("FLUSHALL");
        await Until.TrueAsync(() => !one.IsLive && !two.IsLive);
        await Until.UnavailableAsync(() => two.TryCheckAsync("ada"));
        await Until.UnavailableAsync(() => one.TryLogOutAsync("ada", 2));
        Assert.True(await one.Leases.InitializeStoreAsync());
        Assert.False(await two.Leases.InitializeStoreAsync());
        await one.LiveAsync();
        await one.LogOutAsync("ada", 4);
    }

    [Fact]
    public async Task ARestartedStoreIsUsedAgainOnceOldLeasesEnded()
    {
        // The time alone doesn't tell the wait from the reconnect: that the wait is needed is shown by the model
        // (Mutation.RestartedStoreTrusted). This shows that it ends, and isn't repeated.
        var (one, two) = await TwoAsync();
        await one.LogOutAsync("ada", 1);
        await two.DieAsync();
        await _server.KillAsync();
        var restarting = System.Diagnostics.Stopwatch.StartNew();
        await _server.StartAsync();
        await _server.CommandAsync("DEL", "{curfew}:leases");
        await one.LogOutAsync("ada", 2);
        Assert.True(restarting.Elapsed.TotalSeconds >= 1, $"It took {restarting.Elapsed}.");

        // Noted in the store: nobody waits again.
        var run = (await _server.CommandAsync("INFO", "server")).Split('\n').Single(line => line.StartsWith("run_id:", StringComparison.Ordinal)).Trim()["run_id:".Length..];
        await Until.TrueAsync(async () => (await _server.CommandAsync("HGET", "{curfew}:store", "settled")).Contains(run, StringComparison.Ordinal));
        await one.LiveAsync();
        await one.LogOutAsync("ada", 4);
    }

    [Fact]
    public async Task AFrozenStoreIsUnavailableInTime_AndRecovers()
    {
        var (one, _) = await TwoAsync();
        _server.Freeze();
        await Until.UnavailableAsync(() => one.TryLogOutAsync("ada", 1));
        await Until.TrueAsync(() => !one.IsLive);
        await Until.UnavailableAsync(() => one.TryCheckAsync("ada"));
        _server.Thaw();
        await one.LogOutAsync("ada", 2);
        await one.LiveAsync();
    }

    [Fact]
    public async Task AStoreThatIsGoneIsUnavailableInTime_AndRecovers()
    {
        var (one, _) = await TwoAsync();
        await _server.KillAsync();
        await Until.UnavailableAsync(() => one.TryLogOutAsync("ada", 1));
        await Until.TrueAsync(() => !one.IsLive);
        await Until.UnavailableAsync(() => one.TryCheckAsync("ada"));
        await _server.StartAsync();
        await one.LogOutAsync("ada", 2);
        await one.LiveAsync();
    }

    [Fact]
    public async Task AStoreThatIsDownAtStartIsWaitedFor()
    {
        await _server.KillAsync();
        var late = Start();
        await Until.UnavailableAsync(() => late.TryCheckAsync("ada"));
        await _server.StartAsync();
        await late.LiveAsync();
        Assert.Equal(0, await late.CheckAsync("ada"));
    }

    [Fact]
    public async Task AReplicaIsRefused_AndAPrimaryAgainIsUsed()
    {
        var (one, _) = await TwoAsync();
        await _server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await Until.UnavailableAsync(() => one.TryLogOutAsync("ada", 1));
        await Until.TrueAsync(() => !one.IsLive);
        await Until.UnavailableAsync(() => one.TryCheckAsync("ada"));
        await _server.CommandAsync("REPLICAOF", "NO", "ONE");
        await one.LogOutAsync("ada", 2);
    }

    [Fact]
    public async Task AStoreOutOfMemoryAcknowledgesNothingItCannotTell_AndRecovers()
    {
        var (one, _) = await TwoAsync();
        await _server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await Until.TrueAsync(() => !one.IsLive);
        await _server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await one.LiveAsync();
        await one.LogOutAsync("ada", 2);
    }

    [Fact]
    public async Task AChangedPasswordIsUnavailable_AndTheRightOneRecovers()
    {
        var (one, _) = await TwoAsync();
        await _server.CommandAsync("CONFIG", "SET", "requirepass", "new");
        await _server.KillAsync();
        await _server.StartAsync("--requirepass", "new");
        await Until.UnavailableAsync(() => one.TryLogOutAsync("ada", 1));
        await Until.UnavailableAsync(() => one.TryCheckAsync("ada"));
        await _server.KillAsync();
        await _server.StartAsync();
        await one.LogOutAsync("ada", 2);
    }

    [Fact]
    public async Task AnEvictingStoreIsRefused_AndOneMadeRightIsUsed()
    {
        await _server.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        var node = Start();
        await Until.TrueAsync(() => node.Leases.Refused.Count > 0);
        Assert.Contains("allkeys-lru", node.Leases.Refused[0], StringComparison.Ordinal);
        await Until.UnavailableAsync(() => node.TryLogOutAsync("ada", 1));
        await _server.CommandAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
        await node.LiveAsync();
    }

    [Fact]
    public async Task WritesThatPowerLossForgetsAreWarnedOf_OrRefused()
    {
        await _server.CommandAsync("CONFIG", "SET", "appendfsync", "everysec");
        var node = Start();
        await node.LiveAsync();
        Assert.Contains(node.Leases.Warnings, warning => warning.Contains("everysec", StringComparison.Ordinal));
        var strict = Start(options => options.RequireDurableWrites = true);
        await Until.TrueAsync(() => strict.Leases.Refused.Count > 0);
        Assert.False(strict.IsLive);
    }

    [Fact]
    public async Task LimitsLargerThanTheDataWasKeptForAreRefused()
    {
        var node = Start(options => options.Limits.MaxTokenLifetime = TimeSpan.FromHours(48));
        await Until.TrueAsync(() => node.Leases.Refused.Count > 0);
        Assert.Contains("MaxTokenLifetime", node.Leases.Refused[0], StringComparison.Ordinal);
        await Until.UnavailableAsync(() => node.TryCheckAsync("ada"));
    }

    private Node Start(Action<RedisLeaseOptions>? configure = null)
    {
        var node = new Node(_server, _storage, configure);
        _nodes.Add(node);
        return node;
    }

    // As the store lists them.
    private Task<string> LeasesAsync() => _server.CommandAsync("EVAL", "return table.concat(redis.call('HGETALL', '{curfew}:leases'), ' ')", 0);

    private async Task<(Node One, Node Two)> TwoAsync()
    {
        var two = Start();
        await two.LiveAsync();
        // The first logout of a new store waits until it is settled.
        await _nodes[0].LogOutAsync("nobody", 1);
        await two.LogOutAsync("nobody", 2);
        return (_nodes[0], two);
    }
}
