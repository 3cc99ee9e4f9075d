using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Curfew.Grains.Tests;

// Every revocation of the client is recorded, once, when it holds and before the caller is told. Seen red with a path that
// isn't recorded, with a record before the grain was told, and without one where a caller went away.
[Collection(nameof(GrainCluster))]
public sealed class AuditTests(GrainCluster cluster)
{
    private readonly RecordedAudit _audit = new();
    private readonly FakeTimeProvider _clock = new();

    public static TheoryData<string> Kinds => ["token", "session", "others", "everything", "client", "issuer", "import"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_of_revocation_is_recorded_once_and_after_it_holds(string kind)
    {
        var token = cluster.Token(new UserKey(Given.Issuer(), "alice"), sid: "s1") with { ClientId = "app" };
        var other = cluster.Token(token.User) with { ClientId = "app" };
        var client = Client();
        Verdict? whenRecorded = null;
        _audit.OnRecord = async () => whenRecorded = await client.CheckAsync(other);

        RevokeRequest request = kind switch
        {
            "token" => new RevokeToken(other.Id.ToString(), other.Expires),
            "session" => new RevokeSession("s2"),
            "others" => new RevokeOthers(token),
            _ => new RevokeEverything(),
        };
        request = request with { By = "root", ByIssuer = "https://admins.example/", Reason = "stolen phone" };
        if (kind == "session")
            other = other with { Session = "s2" };
        var result = await (kind switch
        {
            "client" => client.RevokeClientAsync(new ClientKey(token.User.Issuer, "app"), (RevokeEverything)request),
            "issuer" => client.RevokeIssuerAsync(token.User.Issuer, (RevokeEverything)request),
            "import" => ImportAsync(client, other),
            _ => client.RevokeAsync(token.User, request),
        });

        var recorded = Assert.Single(_audit.Recorded);
        Assert.Equal(kind, recorded.Kind);
        Assert.True(recorded.IsConfirmed);
        Assert.Equal(token.User.Issuer, recorded.Issuer);
        Assert.Equal(kind is "client" or "issuer" ? null : "alice", recorded.Subject);
        Assert.Equal(kind == "client" ? "app" : null, recorded.ClientId);
        Assert.Equal(kind switch { "token" => other.Id.ToString(), "others" => token.Id.ToString(), _ => null }, recorded.TokenId);
        Assert.Equal(kind switch { "session" => "s2", "others" => "s1", _ => null }, recorded.Session);
        Assert.Equal(result.NotBefore, recorded.NotBefore);
        Assert.Equal(kind is "others" or "everything" or "client" or "issuer", recorded.NotBefore is not null);
        Assert.Equal(kind == "import" ? 1 : null, recorded.Facts);
        Assert.Equal("root", recorded.By);
        Assert.Equal(kind == "import" ? null : "https://admins.example/", recorded.ByIssuer);
        Assert.Equal(kind == "import" ? null : "stolen phone", recorded.Reason);
        Assert.NotNull(whenRecorded);
        Assert.NotEqual(Verdict.Valid, whenRecorded);
    }

    [Fact]
    public async Task A_logout_is_its_own_users()
    {
        var token = cluster.Token(Given.User(), sid: "s");
        await Client().LogOutAsync(token, LogoutScope.Session);

        var recorded = Assert.Single(_audit.Recorded);
        Assert.Equal((token.User.Subject, token.User.Issuer), (recorded.By, recorded.ByIssuer));
    }

    [Fact]
    public async Task A_revocation_of_several_attempts_is_one_event()
    {
        var token = cluster.Token(Given.User());
        var row = cluster.Storage.Of(token.User);
        var writes = 0;
        row.BeforeWrite = () => ++writes < 3 ? throw new IOException("The disk is away.") : Task.CompletedTask;
        var client = new Revocations(
            cluster.Silos.Client, Options.Create(new RevocationClientOptions { RevokeAttemptTimeout = TimeSpan.FromMilliseconds(50) }),
            TimeProvider.System, audit: _audit);

        Assert.True((await client.LogOutAsync(token, LogoutScope.Token)).Revoked);

        Assert.True(writes >= 3);
        Assert.Single(_audit.Recorded);
    }

    [Fact]
    public async Task A_record_that_fails_is_unavailable_and_the_revocation_holds()
    {
        var token = cluster.Token(Given.User());
        _audit.OnRecord = () => throw new IOException("No space left.");

        var failure = await Assert.ThrowsAsync<RevocationUnavailableException>(() => Client().LogOutAsync(token, LogoutScope.Token));

        Assert.True(failure.IsUnaudited);
        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
    }

    [Fact]
    public async Task A_record_that_hangs_is_given_up_after_its_time()
    {
        var token = cluster.Token(Given.User());
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var disk = new TaskCompletionSource();
        _audit.OnRecord = () =>
        {
            begun.SetResult();
            return disk.Task;
        };

        var logout = Client().LogOutAsync(token, LogoutScope.Token);
        await begun.Task.WaitAsync(GrainCluster.Patience);
        for (var waited = 0; !logout.IsCompleted && waited < 1000; waited++)
        {
            // The wait for the record begins on another thread.
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(logout, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        Assert.True((await Assert.ThrowsAsync<RevocationUnavailableException>(() => logout.WaitAsync(GrainCluster.Patience))).IsUnaudited);
        disk.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_may_hold_though_nobody_was_told_is_recorded_as_unconfirmed(bool goesAway)
    {
        var token = cluster.Token(Given.User());
        var row = cluster.Storage.Of(token.User);
        var disk = new TaskCompletionSource();
        row.BeforeWrite = () => disk.Task;
        var begun = row.NextAsync("write begun");
        using var caller = new CancellationTokenSource();

        var logout = Client().LogOutAsync(token, LogoutScope.Token, null, caller.Token);
        await begun;
        if (goesAway)
            await caller.CancelAsync();
        else
            _clock.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<Exception>(() => logout);
        Assert.False(Assert.Single(_audit.Recorded).IsConfirmed);

        // And so it was.
        disk.SetResult();
        for (var waited = 0; waited < 1000 && await cluster.CheckAsync(token) == Verdict.Valid; waited++)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
    }

    [Fact]
    public async Task What_is_refused_or_never_asked_for_is_no_revocation()
    {
        var user = Given.User();
        var client = Client();
        cluster.Storage.Of(user).Put(
            [.. Enumerable.Range(0, GrainCluster.MaxFacts).Select(i => new Fact(new FactId(FactKind.Session, $"s{i}"), 0, cluster.Now + 1000))]);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        Assert.False((await client.RevokeAsync(user, new RevokeSession("one too many"))).Revoked);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.RevokeAsync(user, new RevokeEverything(), gone.Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.RevokeAsync(user, new RevokeSession("")));

        Assert.Empty(_audit.Recorded);
    }

    private Revocations Client() => new(cluster.Silos.Client, Options.Create(new RevocationClientOptions()), _clock, audit: _audit);

    private async Task<RevokeResult> ImportAsync(Revocations client, TokenIdentity token)
    {
        await client.ImportAsync("curfew.user/" + token.User, [cluster.Fact(token)], by: "root");
        return new RevokeResult(true);
    }

    private sealed class RecordedAudit : IRevocationAudit
    {
        public ConcurrentQueue<AuditedRevocation> Recorded { get; } = new();

        public Func<Task> OnRecord { get; set; } = () => Task.CompletedTask;

        public async Task RecordAsync(AuditedRevocation revocation)
        {
            Recorded.Enqueue(revocation);
            await OnRecord();
        }
    }
}
