using Orleans.Core.Internal;

namespace Curfew.Grains.Tests;

// A grain that moves to another silo, as Orleans does by itself to even out the load. Orleans hands the state over with it
// where it can: the new silo's lease knows nothing of that read. A cluster of its own, for its announcements are played with.
public sealed class MigrationTests : IAsyncLifetime
{
    private readonly GrainCluster _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    // Red with StoredFacts made serializable by [GenerateSerializer]: the state moved along, and said valid.
    [Fact]
    public async Task An_activation_that_moved_reads_its_storage_again()
    {
        var user = Given.User();
        var (mine, theirs) = (_cluster.Token(user), _cluster.Token(user));
        await _cluster.Revocations.LogOutAsync(mine, LogoutScope.Token);
        var row = _cluster.Storage.Of(user);

        // Stored by a neighbour whose announcement went to the silos that had a lease then, and this one had none.
        row.Put(_cluster.Fact(mine), _cluster.Fact(theirs));
        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(theirs));
        var reads = row.Reads;

        var from = await PlaceOfAsync(user);
        var to = _cluster.Silos.Silos.Select(silo => silo.SiloAddress).First(silo => !silo.Equals(from));
        RequestContext.Set(Orleans.Runtime.Placement.IPlacementDirector.PlacementHintKey, to);
        await _cluster.Grain(user).AsReference<IGrainManagementExtension>().MigrateOnIdle();
        RequestContext.Clear();
        for (var i = 0; i < 500 && !to.Equals(await PlaceOfAsync(user)); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);

        Assert.Equal(to, await PlaceOfAsync(user));
        Assert.Equal(Verdict.TokenRevoked, await _cluster.CheckAsync(theirs));
        Assert.Equal(reads + 1, row.Reads);
    }

    private async Task<SiloAddress?> PlaceOfAsync(UserKey user) =>
        await _cluster.Silos.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(_cluster.Grain(user));
}
