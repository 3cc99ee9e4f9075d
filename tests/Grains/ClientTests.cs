using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Curfew.Grains.Tests;

// Revocations over a cluster whose storage is held up or fails, on a clock of the client's own.
[Collection(nameof(GrainCluster))]
public sealed class ClientTests(GrainCluster cluster)
{
    private readonly FakeTimeProvider _clock = new();

    // Red when one attempt waits as long as Orleans does.
    [Fact]
    public async Task A_check_without_an_answer_is_given_up_after_its_time()
    {
        var token = cluster.Token(Given.User());
        var row = cluster.Storage.Of(token.User);
        var disk = new TaskCompletionSource();
        row.BeforeRead = () => disk.Task;
        var begun = row.NextAsync("read begun");

        var check = Client(new RevocationClientOptions()).CheckAsync(token).AsTask();
        await begun;
        _clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(1));
        Assert.False(check.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        var failure = await Assert.ThrowsAsync<RevocationUnavailableException>(() => check);
        Assert.IsType<TimeoutException>(failure.InnerException);
        disk.SetResult();
    }

    [Fact]
    public async Task A_revocation_without_an_answer_is_given_up_after_its_time()
    {
        var token = cluster.Token(Given.User());
        var row = cluster.Storage.Of(token.User);
        var disk = new TaskCompletionSource();
        row.BeforeWrite = () => disk.Task;
        var begun = row.NextAsync("write begun");

        var logout = Client(new RevocationClientOptions()).LogOutAsync(token, LogoutScope.Token);
        await begun;
        _clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.False(logout.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<RevocationUnavailableException>(() => logout);
        disk.SetResult();
    }

    // Red when there is one attempt only, and when an attempt has no time of its own.
    [Fact]
    public async Task A_check_is_made_again_when_an_attempt_gets_no_answer_or_fails()
    {
        var token = cluster.Token(Given.User());
        var row = cluster.Storage.Of(token.User);
        row.BeforeRead = () => throw new IOException("The disk is away.");
        var failed = row.NextAsync("read begun");

        var check = Client(Impatient()).CheckAsync(token).AsTask();
        await failed;
        var again = row.NextAsync("read begun");
        row.BeforeRead = null;
        await AdvanceUntil(again, TimeSpan.FromMilliseconds(20));

        Assert.Equal(Verdict.Valid, await AdvanceUntil(check, TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public async Task A_check_that_goes_on_failing_ends_with_its_last_cause()
    {
        var token = cluster.Token(Given.User());
        cluster.Storage.Of(token.User).BeforeRead = () => throw new IOException("The disk is away.");

        var check = Client(Impatient()).CheckAsync(token).AsTask();

        var failure = await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => AdvanceUntil(check, TimeSpan.FromMilliseconds(100)));
        Assert.Contains("The disk is away", failure.ToString(), StringComparison.Ordinal);
        Assert.InRange(cluster.Storage.Of(token.User).Reads, 2, 200);
    }

    [Fact]
    public async Task Who_cancels_gets_a_cancellation()
    {
        var token = cluster.Token(Given.User());
        var row = cluster.Storage.Of(token.User);
        var disk = new TaskCompletionSource();
        row.BeforeRead = () => disk.Task;
        var begun = row.NextAsync("read begun");
        using var cancelled = new CancellationTokenSource();

        var check = Client(new RevocationClientOptions()).CheckAsync(token, cancelled.Token).AsTask();
        var patient = Client(Impatient()).CheckAsync(token, cancelled.Token).AsTask();
        var logout = Client(Impatient()).LogOutAsync(token, LogoutScope.Token, null, cancelled.Token);
        await begun;
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => logout);
        disk.SetResult();
    }

    // Red when a call that fails before it returns a task isn't caught.
    [Fact]
    public async Task All_that_fails_is_unavailable_with_its_cause()
    {
        var dead = new GrainCluster(null, silos: 1);
        await dead.InitializeAsync();
        await dead.DisposeAsync();
        var token = cluster.Token(Given.User());
        var client = dead.Revocations;

        foreach (var call in new Func<Task>[]
        {
            () => client.CheckAsync(token).AsTask(),
            () => client.LogOutAsync(token, LogoutScope.Everywhere),
            () => client.InspectAsync(token.User),
            () => client.RevokeClientAsync(new ClientKey("i", "c"), new RevokeEverything()),
            () => client.RevokeIssuerAsync("i", new RevokeEverything()),
            () => client.InspectClientAsync(new ClientKey("i", "c")),
            () => client.InspectIssuerAsync("i"),
        })
        {
            Assert.NotNull((await Assert.ThrowsAsync<RevocationUnavailableException>(call)).InnerException);
        }
    }

    // Red when a request goes to the grain unseen: there it fails as "unavailable", or overflows and is forgotten.
    [Fact]
    public async Task What_makes_no_sense_is_an_argument_error_and_reaches_no_grain()
    {
        var user = Given.User();
        foreach (var request in new RevokeRequest[]
        {
            new RevokeToken("x", null), new RevokeToken("jti:", null), new RevokeToken("jti:x", long.MaxValue),
            new RevokeToken("jti:x", -1), new RevokeSession(""), new RevokeSession("\ud800"),
            new RevokeSession(new string('x', 1025)), new RevokeEverything(long.MaxValue), new RevokeEverything(-1),
            new RevokeEverything(null, long.MaxValue), new RevokeOthers(cluster.Token(Given.User())),
            new RevokeSession("s") { Reason = new string('x', 1025) }, new RevokeSession("s") { By = new string('x', 1025) },
            new RevokeSession("s") { ByIssuer = new string('x', 1025) },
        })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Revocations.RevokeAsync(user, request));
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Revocations.RevokeAsync(user, null!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Revocations.RevokeAsync(default, new RevokeEverything()));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Session));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Revocations.LogOutAsync(cluster.Token(user), (LogoutScope)9));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Revocations.RevokeIssuerAsync("", new RevokeEverything()));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => cluster.Revocations.RevokeClientAsync(new ClientKey("i", "c"), new RevokeEverything(-1)));
        Assert.Empty(cluster.Storage.Of(user).Journal);
    }

    [Fact]
    public void Options_out_of_range_are_told_all_at_once()
    {
        Assert.Empty(new RevocationClientOptions().Validate());
        Assert.Empty(new GrainOptions().Validate());
        Assert.Equal(3, new RevocationClientOptions
        {
            CheckTimeout = TimeSpan.Zero,
            CheckAttemptTimeout = TimeSpan.Zero,
            RevokeTimeout = TimeSpan.FromHours(1),
        }.Validate().Count());
        Assert.Equal(2, new GrainOptions { ReminderPeriod = TimeSpan.Zero, IdleGrainAge = TimeSpan.Zero }.Validate().Count());
    }

    private static RevocationClientOptions Impatient() => new() { CheckAttemptTimeout = TimeSpan.FromMilliseconds(300) };

    private Revocations Client(RevocationClientOptions options) => new(cluster.Silos.Client, Options.Create(options), _clock);

    // The client's waits begin when its calls fail, on another thread: so time goes on until it has what it waits for.
    private async Task<T> AdvanceUntil<T>(Task<T> task, TimeSpan step)
    {
        await AdvanceUntil((Task)task, step);
        return await task;
    }

    private async Task AdvanceUntil(Task task, TimeSpan step)
    {
        var given = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted && TimeProvider.System.GetElapsedTime(given) < GrainCluster.Patience)
        {
            _clock.Advance(step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }
    }
}
