using Microsoft.Extensions.Time.Testing;

namespace Curfew.Grains.Tests;

/// <summary>
/// Waiting for grains' answers under one timer. Seen to fail (the first hangs): with a timer that is not set again for those who came later, and
/// with a wait that is used again although its answer may still come.
/// </summary>
public sealed class AnswerWaitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);

    private readonly FakeTimeProvider _clock = new();
    private readonly AnswerWaits _waits;

    public AnswerWaitTests() => _waits = new AnswerWaits(Limit, _clock);

    [Fact]
    public async Task Each_is_given_up_after_its_own_time()
    {
        var never = new TaskCompletionSource<Verdict>();
        var first = WaitAsync(never);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        var second = WaitAsync(never);
        var answered = new TaskCompletionSource<Verdict>();
        var third = WaitAsync(answered);
        answered.SetResult(Verdict.UserCutoff);
        Assert.Equal(Verdict.UserCutoff, await third);

        _clock.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(first.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        _clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => second);

        // After a while without anybody, too.
        _clock.Advance(TimeSpan.FromSeconds(10));
        var later = WaitAsync(never);
        _clock.Advance(Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(later.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => later);
    }

    [Fact]
    public async Task A_late_answer_is_nobody_elses()
    {
        var late = new TaskCompletionSource<Verdict>();
        var givenUp = WaitAsync(late);
        _clock.Advance(Limit);
        await Assert.ThrowsAsync<TimeoutException>(() => givenUp);
        var answers = Enumerable.Range(0, 8).Select(_ => new TaskCompletionSource<Verdict>()).ToArray();
        var others = answers.Select(WaitAsync).ToArray();
        late.SetResult(Verdict.IssuerCutoff);
        Assert.All(others, other => Assert.False(other.IsCompleted));
        foreach (var answer in answers)
            answer.SetResult(Verdict.Valid);
        Assert.All(await Task.WhenAll(others), verdict => Assert.Equal(Verdict.Valid, verdict));
    }

    [Fact]
    public async Task Answers_failures_cancellations_and_the_clock_race_and_each_gets_its_own()
    {
        var verdicts = new[] { Verdict.Valid, Verdict.TokenRevoked, Verdict.SessionRevoked, Verdict.UserCutoff };
        var done = false;
        var clock = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
                _clock.Advance(TimeSpan.FromMilliseconds(7));
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 4000; i++)
            {
                var answer = new TaskCompletionSource<Verdict>(TaskCreationOptions.RunContinuationsAsynchronously);
                using var cancelled = new CancellationTokenSource();
                var waiting = _waits.WaitAsync(new ValueTask<Verdict>(answer.Task), cancelled.Token);
                var verdict = verdicts[random.Next(verdicts.Length)];
                var kind = random.Next(10);
                _ = Task.Run(() =>
                {
                    if (kind == 0)
                        cancelled.Cancel();
                    if (kind == 1)
                        answer.SetException(new IOException($"{caller} {i}"));
                    else
                        answer.SetResult(verdict);
                });
                try
                {
                    Assert.Equal(verdict, await waiting);
                }
                catch (IOException e) when (kind == 1)
                {
                    Assert.Equal($"{caller} {i}", e.Message);
                }
                catch (OperationCanceledException) when (kind == 0)
                {
                }
                catch (TimeoutException)
                {
                    // The clock runs wild: anybody's time may be over.
                }

                await answer.Task.ContinueWith(_ => { }, TaskScheduler.Default);
            }
        })));
        Volatile.Write(ref done, true);
        await clock;
    }

    private Task<Verdict> WaitAsync(TaskCompletionSource<Verdict> answer) =>
        _waits.WaitAsync(new ValueTask<Verdict>(answer.Task), default).AsTask();
}
