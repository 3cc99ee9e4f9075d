using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Cluster;

/// <summary>What one API node acknowledged, the other refuses in the very next request (guarantee G2).</summary>
public sealed class ClusterLogoutTests(ClusterLogoutTests.Fixture fixture) : IClassFixture<ClusterLogoutTests.Fixture>
{
    private readonly CurfewCluster _cluster = fixture.Cluster;
    private readonly Traffic _traffic = new(() => fixture.Cluster.Apis, TimeSpan.FromMilliseconds(50));

    [Theory]
    [InlineData(Reach.Token)]
    [InlineData(Reach.Session)]
    [InlineData(Reach.Everything)]
    public async Task Logout_OnOneNode_IsRefusedByTheOtherInTheNextRequest(object reach)
    {
        var (here, there) = (_cluster.Apis[0], _cluster.Apis[1]);
        var acknowledged = 0;
        for (var i = 0; i < 20; i++)
        {
            var token = await _traffic.IssueAsync($"{reach}-{i}", "s");
            var bystander = await _traffic.IssueAsync($"{reach}-{i}-b", "s");
            Assert.Equal(Outcome.Yes, await _traffic.CheckPatientlyAsync(there, token));
            if (await _traffic.LogOutAsync(here, token, (Reach)reach) != Outcome.Yes)
                continue;
            acknowledged++;
            Assert.Equal(Outcome.No, await _traffic.CheckPatientlyAsync(there, token));
            Assert.Equal(Outcome.No, await _traffic.CheckPatientlyAsync(here, token));
            Assert.Equal(Outcome.Yes, await _traffic.CheckPatientlyAsync(there, bystander));
            (here, there) = (there, here);
        }

        // A busy machine makes a 503 of its own now and then.
        Assert.True(acknowledged > 5, $"{acknowledged} logouts were acknowledged.");
        _traffic.AssertHolds();
    }

    [Fact]
    public async Task Traffic_OnAllNodes_IsLinearizable()
    {
        var tokens = await _traffic.IssueAsync(30, "load");
        using var stop = new CancellationTokenSource();
        var running = _traffic.RunAsync(tokens, seed: 1, stop.Token);
        await _traffic.UntilAcknowledgedAsync(20);
        await stop.CancelAsync();
        await running;
        _traffic.AssertHolds();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal CurfewCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync() => Cluster = await CurfewCluster.StartAsync();

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}
