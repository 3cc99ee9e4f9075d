namespace Curfew.Grains.Tests;

// design.md, "Leases", as far as the grains go: when memory answers, and when storage is read again. A cluster of its
// own: its lease is played with.
public sealed class LeaseTests : IAsyncLifetime
{
    private readonly GrainCluster _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Under_the_lease_of_its_read_memory_answers()
    {
        var (token, row) = await AnsweredFromMemoryAsync();

        row.Put(_cluster.Fact(token));

        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(token));
        Assert.Equal(1, row.Reads);
    }

    // Red when TryGet doesn't compare the lease.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_lease_that_lapsed_or_changed_makes_storage_be_read(long lease)
    {
        var (token, row) = await AnsweredFromMemoryAsync();
        row.Put(_cluster.Fact(token));

        _cluster.Lease.Current = lease;

        Assert.Equal(Verdict.TokenRevoked, await _cluster.CheckAsync(token));
        Assert.Equal(2, row.Reads);
    }

    // Red when the lease is noted after the read: what a lost lease missed would answer under the new one.
    [Fact]
    public async Task A_lease_that_changes_during_the_read_makes_it_be_read_again()
    {
        var user = Given.User();
        var token = _cluster.Token(user);
        var row = _cluster.Storage.Of(user);
        row.AfterRead = () =>
        {
            row.AfterRead = null;
            row.Put(_cluster.Fact(token));
            _cluster.Lease.Current = 2;
            return Task.CompletedTask;
        };

        Assert.Equal(Verdict.TokenRevoked, await _cluster.CheckAsync(token));
    }

    [Fact]
    public async Task Without_a_lease_what_can_not_be_read_is_an_error()
    {
        var (token, row) = await AnsweredFromMemoryAsync();
        _cluster.Lease.Current = 0;
        row.BeforeRead = () => throw new IOException("The store is away.");

        await Assert.ThrowsAsync<RevocationUnavailableException>(() => _cluster.CheckAsync(token));
    }

    // Red when MaxAge is not looked at.
    [Fact]
    public async Task What_is_held_is_read_again_when_it_is_older_than_the_age()
    {
        _cluster.Lease.MaxAge = TimeSpan.FromMinutes(1);
        var (token, row) = await AnsweredFromMemoryAsync();
        row.Put(_cluster.Fact(token));
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(token));

        _cluster.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Verdict.TokenRevoked, await _cluster.CheckAsync(token));
    }

    [Fact]
    public async Task A_cutoff_is_read_again_when_the_lease_changed_and_when_it_is_old()
    {
        _cluster.Lease.MaxAge = TimeSpan.FromMinutes(1);
        var issuer = Given.Issuer();
        var token = _cluster.Token(Given.User(issuer)) with { ClientId = "app" };
        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(token));

        Put(_cluster.Storage.Of(new ClientKey(issuer, "app")), FactKind.ClientCutoff, "app", token.IssuedAt);
        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(token));
        _cluster.Lease.Current = 2;
        Assert.Equal(Verdict.ClientCutoff, await _cluster.CheckAsync(token));

        var plain = token with { ClientId = null };
        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(plain));
        Put(_cluster.Storage.OfIssuer(issuer), FactKind.IssuerCutoff, "", token.IssuedAt);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(1));
        Assert.Equal(Verdict.IssuerCutoff, await _cluster.CheckAsync(plain));
    }

    // Red when MarkStale does nothing.
    [Fact]
    public async Task An_announcement_from_elsewhere_makes_storage_be_read_before_the_next_answer()
    {
        var (token, row) = await AnsweredFromMemoryAsync();
        row.Put(_cluster.Fact(token));

        _cluster.MarkStale(token.User);

        Assert.Equal(Verdict.TokenRevoked, await _cluster.CheckAsync(token));
        Assert.Equal(2, row.Reads);
    }

    // Red with a flag instead of a count: the second check found it cleared by the first, and answered "valid" from memory.
    [Fact]
    public async Task While_an_announcement_makes_storage_be_read_the_memory_from_before_does_not_answer()
    {
        var (token, row) = await AnsweredFromMemoryAsync();
        row.Put(_cluster.Fact(token));
        _cluster.MarkStale(token.User);
        var disk = new TaskCompletionSource();
        row.AfterRead = () => disk.Task;
        var begun = row.NextAsync("read begun");

        var first = _cluster.CheckAsync(token);
        await begun;
        var second = _cluster.CheckAsync(token);
        // A turn of the grain after the second check's: whatever it could answer at once, it has.
        await Assert.ThrowsAsync<TimeoutException>(() => second.WaitAsync(TimeSpan.FromMilliseconds(300)));

        disk.SetResult();
        Assert.Equal(Verdict.TokenRevoked, await first);
        Assert.Equal(Verdict.TokenRevoked, await second);
    }

    // Red when the announcements are counted after the read.
    [Fact]
    public async Task An_announcement_during_a_read_makes_it_be_read_again()
    {
        var user = Given.User();
        var token = _cluster.Token(user);
        var row = _cluster.Storage.Of(user);
        row.AfterRead = () =>
        {
            row.AfterRead = null;
            row.Put(_cluster.Fact(token));
            _cluster.MarkStale(user);
            return Task.CompletedTask;
        };

        Assert.Equal(Verdict.TokenRevoked, await _cluster.CheckAsync(token));
    }

    // A failover may lose what the old primary had, while the lease and the memory under it go on. The logout is acknowledged
    // before the failover (and lost with it, as docs/cluster.md says), or it is announced in the new primary and told to persist
    // again: what is acknowledged now must be there. Seen red while memory said that there was nothing to write.
    [Fact]
    public async Task What_a_failover_lost_is_written_again_before_it_is_acknowledged_again()
    {
        _cluster.Lease.MaxAge = TimeSpan.FromMinutes(1);
        var issuer = Given.Issuer();
        var token = _cluster.Token(Given.User(issuer));
        var another = _cluster.Token(token.User);
        var row = _cluster.Storage.Of(token.User);
        await LogOutAsync();
        row.Put(data: null);
        _cluster.Storage.OfIssuer(issuer).Put(data: null);

        await LogOutAsync();

        Assert.Single(row.Facts);
        Assert.Single(_cluster.Storage.OfIssuer(issuer).Facts);
        _cluster.Lease.Current = 2;
        Assert.Equal(Verdict.TokenRevoked, await _cluster.CheckAsync(token));
        Assert.Equal(Verdict.IssuerCutoff, await _cluster.CheckAsync(another));

        async Task LogOutAsync()
        {
            await _cluster.Revocations.LogOutAsync(token, LogoutScope.Token);
            await _cluster.Revocations.RevokeIssuerAsync(issuer, new RevokeEverything(token.IssuedAt));
        }
    }

    private async Task<(TokenIdentity Token, StoredRow Row)> AnsweredFromMemoryAsync()
    {
        var token = _cluster.Token(Given.User());
        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(token));
        var row = _cluster.Storage.Of(token.User);
        Assert.Equal(1, row.Reads);
        return (token, row);
    }

    private void Put(StoredRow row, FactKind kind, string id, long instant) =>
        row.Put(NewFacts.ForCutoff(new FactId(kind, id), instant, _cluster.Limits, new FactOrigin(_cluster.Now)));
}
