namespace Curfew.Grains.Tests;

[Collection(nameof(GrainCluster))]
public sealed class ImportTests(GrainCluster cluster)
{
    // Red without DeactivateOnIdle: a silo that a million users were imported into took 5.8 GB.
    [Fact]
    public async Task An_import_leaves_its_revocations_and_no_grain_in_memory()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        await cluster.Revocations.ImportAsync("curfew.user/" + user, [cluster.Fact(token)]);
        var management = cluster.Silos.Client.GetGrain<IManagementGrain>(0);
        SiloAddress? place = null;
        for (var i = 0; i < 500 && (place = await management.GetActivationAddress(cluster.Grain(user))) is not null; i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);

        Assert.Null(place);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
        Assert.NotNull(await management.GetActivationAddress(cluster.Grain(user)));
    }
}
