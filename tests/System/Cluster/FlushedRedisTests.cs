using System.Diagnostics;
using System.Net;
using Curfew.System.Tests.History;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// A Redis that was emptied: nothing is answered until an operator says so, and then all goes on without a restart of ours
/// (guarantee G5).
/// </summary>
public sealed class FlushedRedisTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(2);

    // Red without MembershipRestoration: no silo is ever found again, by the new API node or the import; and when it doesn't raise
    // the table's version: the silo that joins and those that run don't see each other. And, at once, when readings of storage aren't vouched for
    // (VerifiedGrainStorage as a mere pass): what was emptied says that nothing is revoked.
    [Fact]
    public async Task Flushed_NothingIsAnsweredUntilAnOperatorSaysSo_ThenAllGoesOn()
    {
        await using var cluster = await CurfewCluster.StartAsync(("Curfew:Cluster:LeaseLength", $"{LeaseLength}"));
        var traffic = new Traffic(() => cluster.Apis, TimeSpan.Zero);
        var (before, loggedOut) = (await traffic.IssueAsync("flushed"), await traffic.IssueAsync("out"));
        Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(cluster.Apis[0], before));
        await traffic.LogOutPatientlyAsync(cluster.Apis, loggedOut, Reach.Token);
        var export = Path.Combine(cluster.DataDirectory, "facts.jsonl");
        var exported = await cluster.CommandAsync("export", export);
        Assert.True(exported.Status == 0, exported.Output);

        await cluster.Redis.CommandAsync("flushall");
        await NothingIsAnsweredAsync(cluster, traffic, before);
        Assert.Equal(0, await cluster.ActiveSilosAsync());

        Assert.Contains("is initialized", await cluster.InitializeAsync(), StringComparison.Ordinal);
        Assert.Contains("nothing was changed", await cluster.InitializeAsync(), StringComparison.Ordinal);
        foreach (var node in cluster.Apis)
            await node.Process.UntilAsync(async () => await traffic.CheckAsync(node, before) == Outcome.Yes, "checks that are answered again");
        await UntilActiveAsync(2);

        // What was kept elsewhere comes back; and new facts hold.
        var imported = await cluster.CommandAsync("import", export);
        Assert.True(imported.Status == 0, imported.Output);
        var after = await traffic.IssueAsync("after");
        await traffic.LogOutPatientlyAsync(cluster.Apis, after, Reach.Token);

        // Who comes later finds those that were there.
        var joined = cluster.LaunchApi();
        cluster.LaunchSilo();
        await cluster.ReadyAsync();
        await UntilActiveAsync(3);
        foreach (var node in cluster.Apis)
        {
            Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(node, loggedOut));
            Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(node, after));
            Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(node, before));
        }

        await traffic.LogOutPatientlyAsync([joined], before, Reach.Everything);
        Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(cluster.Apis[0], before));
        Assert.Empty(traffic.Errors);
        Assert.All(cluster.Silos, silo => Assert.False(silo.Process.HasExited, silo.Process.Output));

        Task UntilActiveAsync(int silos) =>
            cluster.Silos[0].Process.UntilAsync(async () => await cluster.ActiveSilosAsync() == silos, $"{silos} silos in the membership");
    }

    private async Task NothingIsAnsweredAsync(CurfewCluster cluster, Traffic traffic, IssuedToken token)
    {
        var flushedAt = Stopwatch.GetTimestamp();
        var answered = TimeSpan.Zero;
        while (Stopwatch.GetElapsedTime(flushedAt) < TimeSpan.FromSeconds(5))
        {
            foreach (var node in cluster.Apis)
            {
                var begun = Stopwatch.GetElapsedTime(flushedAt);
                if (await traffic.CheckAsync(node, token) == Outcome.Unknown)
                    continue;

                // Promised is a second. However busy the machine: no lease lives longer than its length.
                answered = Stopwatch.GetElapsedTime(flushedAt);
                Assert.True(begun < LeaseLength, $"{begun} after the flush a check was answered.");
            }
        }

        output.WriteLine($"503 from {answered.TotalSeconds:0.00} s after the flush on");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await cluster.Apis[0].StatusAsync("/verify", token.Id));
    }
}
