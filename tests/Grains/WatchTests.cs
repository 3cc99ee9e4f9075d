using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Curfew.Grains.Tests;

// What holds something open on the word of a token is told when it is revoked, though messages, silos or the lease are gone.
public sealed class WatchTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Local _local = new();
    private readonly RevocationWatches _watches;
    private Func<Task<Verdict>> _grain = () => Task.FromResult(Verdict.Valid);
    private int _asked;

    public WatchTests()
    {
        var grains = FakeGrains.Of(_ => Task.FromResult<IReadOnlyList<Fact>>([]), () =>
        {
            Interlocked.Increment(ref _asked);
            return _grain();
        });
        _watches = new RevocationWatches(
            new Revocations(grains, Options.Create(new RevocationClientOptions()), _clock, _local), _clock, _local);
    }

    public ValueTask DisposeAsync() => _watches.DisposeAsync();

    // Red when Watch doesn't judge at once.
    [Fact]
    public async Task What_was_revoked_between_the_check_and_the_watch_is_told()
    {
        _local.Verdict = Verdict.TokenRevoked;

        await ToldAsync(_watches.Watch(Token()));
    }

    // Red without the check of each second.
    [Fact]
    public async Task Without_a_push_the_grain_is_asked_each_second()
    {
        _local.Verdict = null;
        using var watch = _watches.Watch(Token());
        _clock.Advance(RevocationWatches.CheckPeriod);
        await UntilAsync(() => Volatile.Read(ref _asked) == 1);
        Assert.False(watch.Revoked.IsCancellationRequested);

        _grain = () => Task.FromResult(Verdict.SessionRevoked);

        await ToldAsync(watch, () => _clock.Advance(RevocationWatches.CheckPeriod));
    }

    // Red when the period doesn't look at the limit: those who wait their turn never come to it. More are
    // watched than are asked at once, and nobody answers.
    [Fact]
    public async Task What_can_not_be_known_for_longer_than_the_limit_ends()
    {
        _local.Verdict = null;
        _grain = () => new TaskCompletionSource<Verdict>().Task;
        var watches = Enumerable.Range(0, 1000).Select(_ => _watches.Watch(Token())).ToList();
        for (var second = 0; second < 10; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        Assert.DoesNotContain(watches, watch => watch.Revoked.IsCancellationRequested);
        foreach (var watch in watches)
            await ToldAsync(watch, () => _clock.Advance(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task What_is_known_again_in_time_goes_on()
    {
        using var watch = _watches.Watch(Token());
        for (var second = 0; second < 60; second++)
        {
            // Away for 9 seconds of 10.
            _local.Verdict = second % 10 == 0 ? Verdict.Valid : null;
            _grain = () => throw new IOException("The silos are away.");
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        Assert.False(watch.Revoked.IsCancellationRequested);
    }

    // A set that was found empty must not be removed when another was added to it meanwhile.
    [Fact]
    public async Task A_watch_is_not_lost_while_others_of_the_user_end()
    {
        var token = Token();
        for (var round = 0; round < 300; round++)
        {
            _local.Verdict = Verdict.Valid;
            var ending = _watches.Watch(token);
            using var both = new Barrier(2);
            var removing = Task.Run(() =>
            {
                both.SignalAndWait();
                ending.Dispose();
            });
            both.SignalAndWait();
            using var watch = _watches.Watch(token);
            await removing;
            Assert.Equal(1, _watches.Count);

            _local.Announce(FactScope.Of(token.User), Verdict.TokenRevoked);
            await ToldAsync(watch);
        }

        Assert.Equal(0, _watches.Count);
    }

    private static TokenIdentity Token() => new(Given.User(), TokenId.FromJti(Guid.NewGuid().ToString()), 0, 3600);

    private static Task ToldAsync(RevocationWatch watch, Action? meanwhile = null) => UntilAsync(() =>
    {
        if (watch.Revoked.IsCancellationRequested)
            return true;
        meanwhile?.Invoke();
        return false;
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.True(condition());
    }

    // Memory that knows what the test says, or doesn't know.
    private sealed class Local : ILocalVerdicts
    {
        public event Action<FactScope>? Changed;

        public Verdict? Verdict { get; set; } = Curfew.Verdict.Valid;

        public bool TryCheck(TokenIdentity token, out Verdict verdict)
        {
            verdict = Verdict ?? Curfew.Verdict.None;
            return Verdict is not null;
        }

        public ValueTask<bool> TryFillAsync(TokenIdentity token) => new(false);

        public void Announce(FactScope scope, Verdict verdict)
        {
            Verdict = verdict;
            Changed?.Invoke(scope);
        }
    }
}
