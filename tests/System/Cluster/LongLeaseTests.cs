using System.Diagnostics;
using System.Net;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Cluster;

/// <summary>What a longer lease buys: while Redis is away, checks go on from memory for what is left of it (guarantees G2, G5).</summary>
public sealed class LongLeaseTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(4);

    // Red when a connection that breaks ends the lease: then no check is answered once Redis has been killed. And when a process
    // answers though its lease is over (ProcessLease without IsLive), as RedisFaultTests.Killed is then.
    [Fact]
    public async Task KilledRedis_ChecksGoOnForTheRestOfTheLease_AndNothingRevokedIsAccepted()
    {
        await using var cluster = await CurfewCluster.StartAsync(("Curfew:Cluster:LeaseLength", $"{LeaseLength}"));
        cluster.LaunchApi(("Curfew:Consistency", "leased"));
        await cluster.ReadyAsync();
        var (strict, leased) = (cluster.Apis[0], cluster.Apis[2]);
        var traffic = new Traffic(() => cluster.Apis, TimeSpan.Zero);
        var (loggedOut, valid, leaving) = (await traffic.IssueAsync("out"), await traffic.IssueAsync("valid"), await traffic.IssueAsync("leaving"));
        await traffic.LogOutPatientlyAsync([strict], loggedOut, Reach.Token);
        foreach (var node in (ApiProcess[])[strict, leased])
        {
            Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(node, valid));
            Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(node, loggedOut));
        }

        await cluster.Redis.Process.KillAsync();
        var killedAt = Stopwatch.GetTimestamp();
        var logout = traffic.LogOutAsync(strict, leaving, Reach.Token);
        var last = new Dictionary<ApiProcess, TimeSpan> { [strict] = default, [leased] = default };
        while (Stopwatch.GetElapsedTime(killedAt) < LeaseLength + TimeSpan.FromSeconds(2))
        {
            foreach (var node in (ApiProcess[])[strict, leased])
            {
                Assert.NotEqual(Outcome.Yes, await traffic.CheckAsync(node, loggedOut));
                var begun = Stopwatch.GetElapsedTime(killedAt);
                var outcome = await traffic.CheckAsync(node, valid);
                Assert.NotEqual(Outcome.No, outcome);
                if (outcome == Outcome.Unknown)
                    continue;
                last[node] = begun;
                Assert.True(begun < LeaseLength, $"{begun} after Redis was killed a check was answered.");
            }
        }

        output.WriteLine($"answered until {last[strict].TotalSeconds:0.0} s (strict) and {last[leased].TotalSeconds:0.0} s (leased) after Redis was killed");
        Assert.All(last.Values, until => Assert.True(until > TimeSpan.FromSeconds(1.5), $"Answered for {until} only."));
        Assert.Equal(Outcome.Unknown, await logout);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await strict.StatusAsync("/verify", valid.Id));

        await cluster.Redis.StartAsync();
        foreach (var node in cluster.Apis)
        {
            await node.Process.UntilAsync(async () => await traffic.CheckAsync(node, valid) == Outcome.Yes, "checks that are answered again");
            Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(node, loggedOut));
        }

        await traffic.LogOutPatientlyAsync(cluster.Apis, leaving, Reach.Token);
        foreach (var node in cluster.Apis)
            Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(node, leaving));
        traffic.AssertHolds();
    }
}
