namespace Curfew.Grains.Tests;

// G2: everybody who answers from memory knows of a revocation before it is acknowledged.
[Collection(nameof(GrainCluster))]
public sealed class AnnouncementTests(GrainCluster cluster)
{
    // Red when PersistAndAnnounceAsync isn't awaited.
    [Fact]
    public async Task A_revocation_waits_for_its_announcement_and_checks_say_revoked_meanwhile()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        var (told, begun) = Hold(FactScope.Of(user));

        var logout = cluster.Revocations.LogOutAsync(token, LogoutScope.Token);
        await begun;

        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
        Assert.Single(cluster.Storage.Of(user).Facts);
        Assert.False(logout.IsCompleted);

        // Others don't wait for it either: red when RevokeAsync isn't AlwaysInterleave or announces within the gate.
        cluster.Announcer.Before.TryRemove(FactScope.Of(user), out _);
        await cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token);
        Assert.False(logout.IsCompleted);
        told.SetResult();
        Assert.True((await logout).Revoked);
    }

    [Fact]
    public async Task A_client_cutoff_waits_for_its_announcement()
    {
        var client = new ClientKey(Given.Issuer(), "app");
        var scope = new FactScope(client.Issuer, null);
        var (told, begun) = Hold(scope);

        var revocation = cluster.Revocations.RevokeClientAsync(client, new RevokeEverything());
        await begun;

        Assert.False(revocation.IsCompleted);
        Assert.Single((await cluster.Revocations.InspectClientAsync(client)).Facts);
        told.SetResult();
        await revocation;
    }

    [Fact]
    public async Task An_announcement_that_fails_fails_the_revocation()
    {
        var user = Given.User();
        cluster.Announcer.Before[FactScope.Of(user)] = () => throw new IOException("Nobody listens.");

        await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token));
    }

    // Red when AddAsync returns nothing for what is there already: the first acknowledgement may still be waiting.
    [Fact]
    public async Task A_repeated_revocation_is_announced_again_and_not_written_again()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        await cluster.Revocations.LogOutAsync(token, LogoutScope.Token);

        await cluster.Revocations.LogOutAsync(token, LogoutScope.Token);

        var announced = cluster.Announcer.Of(FactScope.Of(user)).ToList();
        Assert.Equal(2, announced.Count);
        Assert.Equal(announced[0], announced[1]);
        Assert.Single(cluster.Storage.Of(user).Journal, entry => entry == "write");
    }

    // Red when SiloCutoffs.Apply does nothing: both silos hold the absence of the cutoff.
    [Fact]
    public async Task A_cutoff_reaches_what_every_silo_holds()
    {
        var issuer = Given.Issuer();
        var tokens = Enumerable.Range(0, 16)
            .Select(_ => cluster.Token(Given.User(issuer)) with { ClientId = "app", AuthorizedParty = "party" }).ToList();
        foreach (var token in tokens)
            Assert.Equal(Verdict.Valid, await cluster.CheckAsync(token));

        await cluster.Revocations.RevokeClientAsync(new ClientKey(issuer, "party"), new RevokeEverything());
        foreach (var token in tokens)
            Assert.Equal(Verdict.ClientCutoff, await cluster.CheckAsync(token));

        await cluster.Revocations.RevokeIssuerAsync(issuer, new RevokeEverything());
        foreach (var token in tokens)
            Assert.Equal(Verdict.IssuerCutoff, await cluster.CheckAsync(token with { AuthorizedParty = null }));
    }

    private (TaskCompletionSource Told, Task Begun) Hold(FactScope scope)
    {
        var told = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        cluster.Announcer.Before[scope] = () =>
        {
            begun.TrySetResult();
            return told.Task;
        };
        return (told, begun.Task.WaitAsync(GrainCluster.Patience));
    }
}
