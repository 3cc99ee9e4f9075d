namespace Curfew.Grains.Tests;

// design.md, "Leases": what an API node under a lease answers from memory. Its own lease over real grains, whose storage
// and clock the tests rule.
[Collection(nameof(GrainCluster))]
public sealed class LeasedFactsTests
{
    private readonly GrainCluster _cluster;
    private readonly TestLease _lease = new() { MaxAge = TimeSpan.FromMinutes(1) };
    private readonly LeasedFacts _node;

    public LeasedFactsTests(GrainCluster cluster)
    {
        _cluster = cluster;
        _node = Node();
    }

    [Fact]
    public async Task The_first_check_reads_storage_and_the_next_ones_no_more()
    {
        var token = _cluster.Token(Given.User());
        Assert.False(_node.TryCheck(token, out _));

        Assert.Equal(Verdict.Valid, await FilledAsync(token));
        var reads = _cluster.Storage.Of(token.User).Reads;
        Assert.Equal(Verdict.Valid, FromMemory(token));
        Assert.Equal(reads, _cluster.Storage.Of(token.User).Reads);
    }

    // The grain's silo was not told of what stands in storage now.
    [Fact]
    public async Task A_fill_has_what_stands_in_storage_though_the_grain_remembers_less()
    {
        var token = _cluster.Token(Given.User());
        Assert.Equal(Verdict.Valid, await _cluster.CheckAsync(token));
        _cluster.Storage.Of(token.User).Put(_cluster.Fact(token));

        Assert.Equal(Verdict.TokenRevoked, await FilledAsync(token));
    }

    // Red when Apply adds nothing for a user whose fill is under way.
    [Fact]
    public async Task What_is_announced_during_a_fill_is_merged_into_it()
    {
        var token = _cluster.Token(Given.User());
        var row = _cluster.Storage.Of(token.User);
        row.AfterRead = () =>
        {
            row.AfterRead = null;
            _node.Apply(FactScope.Of(token.User), [_cluster.Fact(token)]);
            return Task.CompletedTask;
        };

        Assert.Equal(Verdict.TokenRevoked, await FilledAsync(token));
    }

    [Fact]
    public async Task What_is_announced_is_refused_at_once_and_nobody_else()
    {
        var token = _cluster.Token(Given.User());
        var another = _cluster.Token(token.User);
        await FilledAsync(token);

        _node.Apply(FactScope.Of(token.User), [_cluster.Fact(token)]);

        Assert.Equal(Verdict.TokenRevoked, FromMemory(token));
        Assert.Equal(Verdict.Valid, FromMemory(another));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_lease_that_lapsed_or_changed_ends_what_is_known(long lease)
    {
        var token = _cluster.Token(Given.User());
        await FilledAsync(token);

        _lease.Current = lease;

        // The issuer's cutoff is known again then, and hides nothing.
        if (lease != 0)
            await FilledAsync(_cluster.Token(Given.User()));
        Assert.False(_node.TryCheck(token, out _));
        Assert.Equal(lease != 0, await _node.TryFillAsync(token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_fill_whose_lease_ended_meanwhile_answers_nothing(long lease)
    {
        var token = _cluster.Token(Given.User());
        var row = _cluster.Storage.Of(token.User);
        row.AfterRead = () =>
        {
            row.AfterRead = null;
            row.Put(_cluster.Fact(token));
            _lease.Current = lease;
            return Task.CompletedTask;
        };

        Assert.True(await _node.TryFillAsync(token));
        if (lease != 0)
            await FilledAsync(_cluster.Token(Given.User()));
        Assert.False(_node.TryCheck(token, out _));

        // Whoever asks the client gets the grain's verdict then, which reads storage, for it has been told.
        _cluster.MarkStale(token.User);
        Assert.Equal(Verdict.TokenRevoked, await Client().CheckAsync(token));
    }

    // Red when TryCheck doesn't look at the age.
    [Fact]
    public async Task What_is_known_is_read_again_before_it_is_older_than_the_age()
    {
        var token = _cluster.Token(Given.User());
        await FilledAsync(token);
        _cluster.Storage.Of(token.User).Put(_cluster.Fact(token));
        _cluster.Clock.Advance(TimeSpan.FromSeconds(58));
        Assert.Equal(Verdict.Valid, FromMemory(token));

        _cluster.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(_node.TryCheck(token, out _));
        Assert.Equal(Verdict.TokenRevoked, await FilledAsync(token));
    }

    [Fact]
    public async Task Where_nobody_else_writes_nothing_gets_old()
    {
        _lease.MaxAge = Timeout.InfiniteTimeSpan;
        var token = _cluster.Token(Given.User());
        await FilledAsync(token);

        _cluster.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(Verdict.Valid, FromMemory(token));
    }

    // Red when each check fills for itself: the row counts a read for each.
    [Fact]
    public async Task Checks_that_come_during_a_fill_share_it()
    {
        var token = _cluster.Token(Given.User());
        var row = _cluster.Storage.Of(token.User);
        var disk = new TaskCompletionSource();
        row.AfterRead = () => disk.Task;
        var begun = row.NextAsync("read begun");

        var first = _node.TryFillAsync(token).AsTask();
        await begun;
        var others = Enumerable.Range(0, 50).Select(_ => Task.Run(() => _node.TryFillAsync(token).AsTask())).ToList();
        var reads = row.Reads;
        disk.SetResult();
        Assert.All(await Task.WhenAll([first, .. others]).WaitAsync(GrainCluster.Patience), Assert.True);

        // Activating the grain reads, and the fill itself does; on a busy machine some come when it is over, and share another.
        Assert.InRange(row.Reads, reads, reads + 10);
        Assert.Equal(0, _node.FillsUnderWay);
    }

    // Red when a fill is joined as long as it is under way: a call that a killed silo took with it gets no answer for long.
    [Fact]
    public async Task A_fill_that_gets_no_answer_is_not_joined_for_long()
    {
        var token = _cluster.Token(Given.User());
        var lost = new TaskCompletionSource<IReadOnlyList<Fact>>();
        var calls = 0;
        Func<Task<IReadOnlyList<Fact>>> answer = () => lost.Task;
        var node = Node(FakeGrains.Of(_ =>
        {
            calls++;
            return answer();
        }));
        var hung = node.TryFillAsync(token).AsTask();
        var joined = node.TryFillAsync(token).AsTask();
        Assert.Equal(1, calls);

        answer = () => Task.FromResult<IReadOnlyList<Fact>>([]);
        _cluster.Clock.Advance(LeasedFacts.JoinWithin);

        Assert.True(await node.TryFillAsync(token).AsTask().WaitAsync(GrainCluster.Patience));
        Assert.True(node.TryCheck(token, out _));
        Assert.False(hung.IsCompleted || joined.IsCompleted);
    }

    [Fact]
    public async Task What_can_not_be_read_is_an_error_and_is_tried_again()
    {
        var token = _cluster.Token(Given.User());
        var row = _cluster.Storage.Of(token.User);
        row.BeforeRead = () => throw new IOException("The store is away.");
        await Assert.ThrowsAnyAsync<Exception>(() => _node.TryFillAsync(token).AsTask());
        Assert.False(_node.TryCheck(token, out _));

        row.BeforeRead = null;
        Assert.Equal(Verdict.Valid, await FilledAsync(token));
    }

    // Red when Apply drops those without a subject.
    [Fact]
    public async Task Cutoffs_of_clients_and_issuers_are_held_and_applied()
    {
        var issuer = Given.Issuer();
        var token = _cluster.Token(Given.User(issuer)) with { ClientId = "app", AuthorizedParty = "party" };
        var plain = _cluster.Token(token.User);
        await FilledAsync(plain);
        Assert.False(_node.TryCheck(token, out _));
        await FilledAsync(token);

        Announce(new FactId(FactKind.ClientCutoff, "party"), token.IssuedAt);
        Assert.Equal(Verdict.ClientCutoff, FromMemory(token));
        Assert.Equal(Verdict.Valid, FromMemory(plain));
        Announce(new FactId(FactKind.IssuerCutoff, ""), plain.IssuedAt);
        Assert.Equal(Verdict.IssuerCutoff, FromMemory(plain));

        void Announce(FactId id, long instant) => _node.Apply(
            new FactScope(issuer, null), [NewFacts.ForCutoff(id, instant, _cluster.Limits, new FactOrigin(_cluster.Now))]);
    }

    // Red when the bound isn't handed on: 2,000 users take some 90 kB.
    [Fact]
    public async Task Users_take_no_more_bytes_than_they_may()
    {
        var node = Node(bytes: 8192);
        var issuer = Given.Issuer();
        for (var i = 0; i < 40; i++)
        {
            var tokens = Enumerable.Range(0, 50).Select(_ => _cluster.Token(Given.User(issuer))).ToList();
            await Task.WhenAll(tokens.Select(token => node.TryFillAsync(token).AsTask()));
        }

        Assert.InRange(node.KnownBytes, 1, 8192);
    }

    // Red when nothing is ever forgotten (facts take 250 kB then), and when who is known is kept without the facts.
    [Fact]
    public async Task Announced_facts_take_no_more_bytes_than_they_may_and_what_was_revoked_stays_so()
    {
        const int Bytes = 32 * 1024;
        var node = Node(bytes: Bytes);
        var empty = node.FactBytes;
        var token = _cluster.Token(Given.User());
        Assert.True(await node.TryFillAsync(token));
        _cluster.Storage.Of(token.User).Put(_cluster.Fact(token));
        node.Apply(FactScope.Of(token.User), [_cluster.Fact(token)]);

        var most = 0L;
        var forgotten = 0;
        for (var i = 0; i < 8_000; i++)
        {
            var other = _cluster.Token(Given.User());
            node.Apply(FactScope.Of(other.User), [_cluster.Fact(other)]);
            most = Math.Max(most, node.FactBytes);

            // From memory it is revoked, or nothing is known of it.
            if (!node.TryCheck(token, out var verdict))
            {
                forgotten++;
                Assert.True(await node.TryFillAsync(token));
                Assert.True(node.TryCheck(token, out verdict));
            }

            Assert.Equal(Verdict.TokenRevoked, verdict);
        }

        Assert.InRange(most, 1, empty + Bytes);
        Assert.InRange(forgotten, 1, 100);
    }

    private LeasedFacts Node(IGrainFactory? grains = null, long bytes = 1 << 20) => new(
        grains ?? _cluster.Silos.Client, _lease,
        new SiloCutoffs(grains ?? _cluster.Silos.Client, _lease, _cluster.Clock), _cluster.Clock, bytes);

    private Revocations Client() => new(
        _cluster.Silos.Client, Microsoft.Extensions.Options.Options.Create(new RevocationClientOptions()), TimeProvider.System, _node);

    private async Task<Verdict> FilledAsync(TokenIdentity token)
    {
        Assert.True(await _node.TryFillAsync(token));
        return FromMemory(token);
    }

    private Verdict FromMemory(TokenIdentity token)
    {
        Assert.True(_node.TryCheck(token, out var verdict));
        return verdict;
    }
}
