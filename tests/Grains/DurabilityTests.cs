using Orleans.Storage;

namespace Curfew.Grains.Tests;

// G1 and G5: an acknowledged revocation is durable, and what isn't known is an error.
[Collection(nameof(GrainCluster))]
public sealed class DurabilityTests(GrainCluster cluster)
{
    // Red when TryPersistAsync doesn't await the write, and without AlwaysInterleave on both CheckAsync and RevokeAsync: either
    // alone lets checks in.
    [Fact]
    public async Task A_revocation_waits_for_its_write_and_checks_go_on_meanwhile()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        await cluster.CheckAsync(token);
        var disk = new TaskCompletionSource();
        var row = cluster.Storage.Of(user);
        row.BeforeWrite = () => disk.Task;
        var begun = row.NextAsync("write begun");

        var logout = cluster.Revocations.LogOutAsync(token, LogoutScope.Token);
        await begun;

        // Interleaves, and says what is durable.
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(token).WaitAsync(GrainCluster.Patience));
        Assert.Empty((await cluster.Revocations.InspectAsync(user)).Facts);
        Assert.False(logout.IsCompleted);
        Assert.Empty(cluster.Announcer.Of(FactScope.Of(user)));

        disk.SetResult();
        await logout;
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
        Assert.Single(row.Facts);
    }

    [Fact]
    public async Task A_write_that_fails_fails_the_revocation_and_is_not_announced()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        var row = cluster.Storage.Of(user);
        row.BeforeWrite = () => throw new IOException("No space left on device.");

        var failure = await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => cluster.Revocations.LogOutAsync(token, LogoutScope.Token));

        Assert.Contains("No space left", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(token));
        Assert.Empty(cluster.Announcer.Of(FactScope.Of(user)));

        row.BeforeWrite = null;
        await cluster.Revocations.LogOutAsync(token, LogoutScope.Token);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
    }

    // Red when a failed write doesn't mark the memory as old: the check goes on saying valid.
    [Fact]
    public async Task A_write_that_failed_but_happened_counts()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        var row = cluster.Storage.Of(user);
        row.AfterWrite = () => throw new TimeoutException("Nobody knows.");

        await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => cluster.Revocations.LogOutAsync(token, LogoutScope.Token));
        row.AfterWrite = null;

        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
        await cluster.Revocations.LogOutAsync(token, LogoutScope.Token);
        Assert.Single(row.Facts);
    }

    // Red when the facts that were read are not merged with on InconsistentStateException but written over.
    [Fact]
    public async Task A_version_that_changed_underneath_is_merged_with()
    {
        var user = Given.User();
        var (mine, theirs) = (cluster.Token(user), cluster.Token(user));
        await cluster.CheckAsync(mine);
        var row = cluster.Storage.Of(user);
        row.Put(cluster.Fact(theirs));

        await cluster.Revocations.LogOutAsync(mine, LogoutScope.Token);

        Assert.Equal(2, row.Facts.Count);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(mine));
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(theirs));
    }

    [Fact]
    public async Task A_version_that_changes_underneath_for_ever_is_an_error()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        var row = cluster.Storage.Of(user);
        var theirs = cluster.Fact(cluster.Token(user));
        row.BeforeWrite = () =>
        {
            row.Put(theirs);
            return Task.CompletedTask;
        };

        var failure = await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => cluster.Revocations.LogOutAsync(token, LogoutScope.Token));

        Assert.IsType<InconsistentStateException>(failure.InnerException);
        row.BeforeWrite = null;
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(token));
    }

    // Red with the merge broken, and with "others" planned once instead of once an attempt.
    [Fact]
    public async Task Two_activations_that_write_lose_nothing()
    {
        var neighbour = new GrainCluster(cluster, silos: 1);
        await neighbour.InitializeAsync();
        try
        {
            var user = Given.User();
            var tokens = Enumerable.Range(0, 40).Select(_ => cluster.Token(user)).ToList();

            await Task.WhenAll(tokens.Select((token, i) =>
                (i % 2 == 0 ? cluster : neighbour).Revocations.LogOutAsync(token, LogoutScope.Token)));

            Assert.Equal(40, cluster.Storage.Of(user).Facts.Count);
            await cluster.DeactivateAsync(user);
            foreach (var token in tokens)
                Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));

            var (one, other) = (cluster.Token(user, sid: "1"), cluster.Token(user, sid: "2"));
            await neighbour.CheckAsync(one);
            await cluster.Revocations.LogOutAsync(one, LogoutScope.Others);
            await neighbour.Revocations.LogOutAsync(other, LogoutScope.Others);

            Assert.Equal(Verdict.UserCutoff, await neighbour.CheckAsync(one));
            Assert.Equal(Verdict.UserCutoff, await neighbour.CheckAsync(other));
        }
        finally
        {
            await neighbour.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_concurrent_revocations_of_one_user_all_survive()
    {
        var user = Given.User();
        var tokens = Enumerable.Range(0, 100).Select(_ => cluster.Token(user)).ToList();

        await Task.WhenAll(tokens.Select(token => cluster.Revocations.LogOutAsync(token, LogoutScope.Token)));

        await cluster.DeactivateAsync(user);
        foreach (var token in tokens)
            Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
    }

    // Red when the activation starts with no facts because the read failed.
    [Fact]
    public async Task Storage_that_is_down_at_activation_is_an_error_and_it_recovers()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        var row = cluster.Storage.Of(user);
        row.Put(cluster.Fact(token));
        row.BeforeRead = () => throw new IOException("The disk is away.");

        await Assert.ThrowsAsync<RevocationUnavailableException>(() => cluster.CheckAsync(token));
        await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token));
        await Assert.ThrowsAsync<RevocationUnavailableException>(() => cluster.Revocations.InspectAsync(user));

        row.BeforeRead = null;
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
    }

    [Fact]
    public async Task A_cutoff_that_can_not_be_read_is_an_error_and_it_recovers()
    {
        var user = Given.User(Given.Issuer());
        var token = cluster.Token(user) with { ClientId = "app" };
        var row = cluster.Storage.Of(new ClientKey(user.Issuer, "app"));
        row.BeforeRead = () => throw new IOException("The disk is away.");

        await Assert.ThrowsAsync<RevocationUnavailableException>(() => cluster.CheckAsync(token));

        row.BeforeRead = null;
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(token));
    }
}
