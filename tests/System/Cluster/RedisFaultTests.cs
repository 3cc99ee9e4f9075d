using System.Diagnostics;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// What becomes of Redis: what can't be known is 503 within its time, nothing revoked is accepted meanwhile or afterwards, and all
/// goes on without a restart of ours (guarantees G1, G2, G5).
/// </summary>
public sealed class RedisFaultTests(RedisFaultTests.Fixture fixture, ITestOutputHelper output) : IClassFixture<RedisFaultTests.Fixture>
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(2);

    // What is promised is 2 s for a check, and lease length + 1 s for a logout. Times are reported; what a busy machine may add to
    // them is no fault.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(20);

    private readonly CurfewCluster _cluster = fixture.Cluster;
    private readonly Traffic _traffic = new(() => fixture.Cluster.Apis, TimeSpan.FromMilliseconds(50));

    private RedisProcess Redis => _cluster.Redis;

    [Fact]
    public Task Frozen() => SurvivesAsync(
        () => Do(() => Redis.Process.Signal("STOP")),
        () => Do(() => Redis.Process.Signal("CONT")));

    [Fact]
    public Task Killed_AndStartedFromItsOwnFiles() => SurvivesAsync(() => Redis.Process.KillAsync(), () => Redis.StartAsync());

    [SlowFact]
    public Task MadeAReplica() => SurvivesAsync(
        () => Redis.CommandAsync("replicaof", "127.0.0.1", "1"),
        () => Redis.CommandAsync("replicaof", "no", "one"));

    [SlowFact]
    public Task OutOfMemory() => SurvivesAsync(
        () => Redis.CommandAsync("config", "set", "maxmemory", "1"),
        () => Redis.CommandAsync("config", "set", "maxmemory", "0"),
        // It can be read still, and what is read is the truth.
        mayBeChecked: true);

    [SlowFact]
    public Task PasswordChanged() => SurvivesAsync(
        async () =>
        {
            // Connections that stand keep their rights: they are cut, too.
            await Redis.CommandAsync("config", "set", "requirepass", "changed");
            await Redis.CommandAsync("-a", "changed", "--no-auth-warning", "client", "kill", "type", "pubsub");
            await Redis.CommandAsync("-a", "changed", "--no-auth-warning", "client", "kill", "type", "normal");
        },
        () => Redis.CommandAsync("-a", "changed", "--no-auth-warning", "config", "set", "requirepass", ""));

    [SlowFact]
    public async Task Slow()
    {
        Task sleeping = Task.CompletedTask;
        await SurvivesAsync(
            () => Do(() => sleeping = Redis.TryCommandAsync("debug", "sleep", "8")),
            () => sleeping,
            // The command has to get there first.
            failsWithin: TimeSpan.FromSeconds(2));
    }

    // Red when readings of storage aren't vouched for (VerifiedGrainStorage as a mere pass).
    [Fact]
    public async Task SwappedForAnEmptyOne_AndBack()
    {
        var files = Path.Combine(_cluster.DataDirectory, "redis", "appendonlydir");
        await SurvivesAsync(
            async () =>
            {
                await Redis.Process.KillAsync();
                Directory.Move(files, files + ".kept");
                await Redis.StartAsync();
            },
            async () =>
            {
                await Redis.Process.KillAsync();
                Directory.Delete(files, recursive: true);
                Directory.Move(files + ".kept", files);
                await Redis.StartAsync();
            });
    }

    private async Task SurvivesAsync(Func<Task> fail, Func<Task> heal, bool mayBeChecked = false, TimeSpan failsWithin = default)
    {
        var (loggedOut, valid, leaving) = (await _traffic.IssueAsync("out"), await _traffic.IssueAsync("valid"), await _traffic.IssueAsync("leaving"));
        await ServesAgainAsync(valid);
        await _traffic.LogOutPatientlyAsync(_cluster.Apis, loggedOut, Reach.Token);

        await fail();
        var failedAt = Stopwatch.GetTimestamp();
        var logout = TimedAsync(() => _traffic.LogOutAsync(_cluster.Apis[0], leaving, Reach.Token));
        var slowest = TimeSpan.Zero;
        var known = 0;
        while (Stopwatch.GetElapsedTime(failedAt) < TimeSpan.FromSeconds(6))
        {
            foreach (var node in _cluster.Apis)
            {
                Assert.NotEqual(Outcome.Yes, (await TimedAsync(() => _traffic.CheckAsync(node, loggedOut))).Outcome);
                var begun = Stopwatch.GetElapsedTime(failedAt);
                var (outcome, took) = await TimedAsync(() => _traffic.CheckAsync(node, valid));
                slowest = took > slowest ? took : slowest;
                if (outcome == Outcome.Unknown)
                    continue;

                // From memory, and no longer than the lease.
                known++;
                Assert.Equal(Outcome.Yes, outcome);
                Assert.True(mayBeChecked || begun < LeaseLength + failsWithin, $"{begun} after Redis had gone a check was answered.");
            }
        }

        var (acknowledged, waited) = await logout;
        Assert.Equal(Outcome.Unknown, acknowledged);
        Assert.InRange(waited, TimeSpan.Zero, LeaseLength + TimeSpan.FromSeconds(1) + Slack);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Slack);

        await heal();
        var healedAt = Stopwatch.GetTimestamp();
        await ServesAgainAsync(valid);
        output.WriteLine(
            $"slowest check {slowest.TotalSeconds:0.00} s, logout answered after {waited.TotalSeconds:0.00} s, {known} checks from memory, "
            + $"serving {Stopwatch.GetElapsedTime(healedAt).TotalSeconds:0.00} s after the cure");
        foreach (var node in _cluster.Apis)
            Assert.Equal(Outcome.No, await _traffic.CheckPatientlyAsync(node, loggedOut));
        await _traffic.LogOutPatientlyAsync(_cluster.Apis, leaving, Reach.Token);
        foreach (var node in _cluster.Apis)
            Assert.Equal(Outcome.No, await _traffic.CheckPatientlyAsync(node, leaving));
        _traffic.AssertHolds();
        Assert.All(_cluster.Silos, silo => Assert.False(silo.Process.HasExited, silo.Process.Output));
    }

    private async Task ServesAgainAsync(IssuedToken valid)
    {
        foreach (var node in _cluster.Apis)
            await node.Process.UntilAsync(async () => await _traffic.CheckAsync(node, valid) == Outcome.Yes, "checks that are answered again");
    }

    private static async Task<(Outcome Outcome, TimeSpan Took)> TimedAsync(Func<Task<Outcome>> call)
    {
        var start = Stopwatch.GetTimestamp();
        return (await call(), Stopwatch.GetElapsedTime(start));
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal CurfewCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync() => Cluster = await CurfewCluster.StartAsync(("Curfew:Cluster:LeaseLength", $"{LeaseLength}"));

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}
