using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// What one API node acknowledged, the other refuses in the very next request (guarantee G2). Seen red, all of them, with a grain that
/// acknowledged half a second before it wrote.
/// </summary>
public sealed class ClusterLogoutTests(ClusterLogoutTests.Fixture fixture) : IClassFixture<ClusterLogoutTests.Fixture>
{
    private readonly Traffic _traffic = new(() => fixture.Cluster.Apis, TimeSpan.FromMilliseconds(50));

    [Theory]
    [InlineData(Reach.Token)]
    [InlineData(Reach.Session)]
    [InlineData(Reach.Everything)]
    public Task Logout_OnOneNode_IsRefusedByTheOtherInTheNextRequest(object reach) =>
        _traffic.AssertLogoutsAreSeenAsync("strict", (Reach)reach, logouts: 20, checksBefore: 1);

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
