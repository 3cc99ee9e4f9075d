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
        var took = await one.LogOutAsync("ada", 1);
        Assert.Equal(1, await two.CheckAsync("ada"));
        Assert.True(took.TotalMilliseconds < 300, $"It took {took}: somebody didn't confirm.");
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
        // Red when the round acknowledges after the fence: it then takes 0.3 s.
        var (one, two) = await TwoAsync();
        await two.DieAsync();
        var took = await one.LogOutAsync("ada", 1);
        Assert.InRange(took.TotalSeconds, 1.2, 2);
        took = await one.LogOutAsync("ada", 2);
        Assert.True(took.TotalMilliseconds < 300, $"It took {took}: the dead lease should be gone.");
    }

    [Fact]
    public async Task AHolderThatLeavesIsNotWaitedFor()
    {
        var (one, two) = await TwoAsync();
        await two.DisposeAsync();
        _nodes.Remove(two);
        var took = await one.LogOutAsync("ada", 1);
        Assert.True(took.TotalMilliseconds < 300, $"It took {took}.");
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
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 1));
        Assert.Equal(1, await two.CheckAsync("ada"));
        await two.LiveAsync();
    }

    [Fact]
    public async Task AnEmptiedStoreIsUnavailableWithinASecondUntilItIsInitialised()
    {
        var (one, two) = await TwoAsync();
        await one.LogOutAsync("ada", 1);
        await two.CheckAsync("ada");
        await _server.CommandAsync("FLUSHALL");
        await Until.TrueAsync(() => !one.IsLive && !two.IsLive, seconds: 1);
        await Until.UnavailableAsync(() => two.CheckAsync("ada"), 1);
        await Until.UnavailableAsync(() => one.LogOutAsync("ada", 2), 2);
        Assert.True(await one.Leases.InitializeStoreAsync());
        Assert.False(await two.Leases.InitializeStoreAsync());
        await one.LiveAsync();
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 4));
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
        await _server.StartAsync();
        await _server.CommandAsync("DEL", "{curfew}:leases");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 2));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 5);
        await one.LiveAsync();
        var took = await one.LogOutAsync("ada", 4);
        Assert.True(took.TotalMilliseconds < 300, $"It took {took}.");
    }

    [Fact]
    public async Task AFrozenStoreIsUnavailableInTime_AndRecovers()
    {
        var (one, _) = await TwoAsync();
        _server.Freeze();
        await Until.UnavailableAsync(() => one.LogOutAsync("ada", 1), 2.5);
        await Until.TrueAsync(() => !one.IsLive, seconds: 1.5);
        await Until.UnavailableAsync(() => one.CheckAsync("ada"), 1.2);
        _server.Thaw();
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 2));
        await one.LiveAsync();
    }

    [Fact]
    public async Task AStoreThatIsGoneIsUnavailableInTime_AndRecovers()
    {
        var (one, _) = await TwoAsync();
        await _server.KillAsync();
        await Until.UnavailableAsync(() => one.LogOutAsync("ada", 1), 2.5);
        await Until.TrueAsync(() => !one.IsLive, seconds: 1.5);
        await Until.UnavailableAsync(() => one.CheckAsync("ada"), 1.2);
        await _server.StartAsync();
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 2));
        await one.LiveAsync();
    }

    [Fact]
    public async Task AStoreThatIsDownAtStartIsWaitedFor()
    {
        await _server.KillAsync();
        var late = Start();
        await Until.UnavailableAsync(() => late.CheckAsync("ada"), 1.2);
        await _server.StartAsync();
        await late.LiveAsync();
        Assert.Equal(0, await late.CheckAsync("ada"));
    }

    [Fact]
    public async Task AReplicaIsRefused_AndAPrimaryAgainIsUsed()
    {
        var (one, _) = await TwoAsync();
        await _server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await Until.UnavailableAsync(() => one.LogOutAsync("ada", 1), 2.5);
        await Until.TrueAsync(() => !one.IsLive, seconds: 1.5);
        await Until.UnavailableAsync(() => one.CheckAsync("ada"), 1.2);
        await _server.CommandAsync("REPLICAOF", "NO", "ONE");
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 2));
    }

    [Fact]
    public async Task AStoreOutOfMemoryAcknowledgesNothingItCannotTell_AndRecovers()
    {
        var (one, _) = await TwoAsync();
        await _server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await Until.TrueAsync(() => !one.IsLive, seconds: 2);
        await _server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await one.LiveAsync();
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 2));
    }

    [Fact]
    public async Task AChangedPasswordIsUnavailable_AndTheRightOneRecovers()
    {
        var (one, _) = await TwoAsync();
        await _server.CommandAsync("CONFIG", "SET", "requirepass", "new");
        await _server.KillAsync();
        await _server.StartAsync("--requirepass", "new");
        await Until.UnavailableAsync(() => one.LogOutAsync("ada", 1), 2.5);
        await Until.UnavailableAsync(() => one.CheckAsync("ada"), 1.2);
        await _server.KillAsync();
        await _server.StartAsync();
        await Until.SucceedsAsync(() => one.LogOutAsync("ada", 2));
    }

    [Fact]
    public async Task AnEvictingStoreIsRefused_AndOneMadeRightIsUsed()
    {
        await _server.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        var node = Start();
        await Until.TrueAsync(() => node.Leases.Refused.Count > 0);
        Assert.Contains("allkeys-lru", node.Leases.Refused[0], StringComparison.Ordinal);
        await Until.UnavailableAsync(() => node.LogOutAsync("ada", 1), 1);
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
        await Until.UnavailableAsync(() => node.CheckAsync("ada"), 1);
    }

    private Node Start(Action<RedisLeaseOptions>? configure = null)
    {
        var node = new Node(_server, _storage, configure);
        _nodes.Add(node);
        return node;
    }

    private async Task<(Node One, Node Two)> TwoAsync()
    {
        var two = Start();
        await two.LiveAsync();
        // The first logout of a new store waits until it is settled; the tests' times are of those after it.
        await Until.SucceedsAsync(() => _nodes[0].LogOutAsync("nobody", 1));
        await Until.SucceedsAsync(() => two.LogOutAsync("nobody", 2));
        return (_nodes[0], two);
    }
}
