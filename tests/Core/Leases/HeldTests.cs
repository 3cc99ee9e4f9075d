namespace Curfew.Leases;

public class HeldTests
{
    private static readonly LeaseOptions Options = new();
    private readonly LeaseHolder _holder = new(Options);
    private readonly Held<string, int> _held;

    public HeldTests()
    {
        _held = new(_holder, static (a, b) => a | b, capacity: 10);
        Take(0);
    }

    private static ClockReading At(double seconds) => new(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds));

    private void Take(double at) => Assert.True(_holder.Granted(_holder.NextRequest(At(at)), At(at)));

    private void Fill(string key, int value, double at) =>
        Assert.True(_held.Complete(_held.BeginFill(key, At(at), out _)!, value, At(at)).HasValue);

    [Fact]
    public void WhatIsAnnouncedDuringAFillIsMergedIntoIt()
    {
        var fill = _held.BeginFill("a", At(0), out _)!;
        _held.Apply("a", 2);
        _held.Apply("a", 4);
        Assert.Equal(7, _held.Complete(fill, 1, At(0.1)).Value);
        Assert.True(_held.TryRead("a", At(0.2), out var value));
        Assert.Equal(7, value);
    }

    [Fact]
    public void ASecondCheckJoinsTheFillUnderWay()
    {
        var fill = _held.BeginFill("a", At(0), out var joined);
        Assert.False(joined);
        Assert.Same(fill, _held.BeginFill("a", At(0.1), out joined));
        Assert.True(joined);
    }

    [Fact]
    public void AFillOfAnEarlierLeaseIsDiscarded()
    {
        var fill = _held.BeginFill("a", At(0), out _)!;
        _holder.End();
        Take(1);
        Assert.False(_held.Complete(fill, 1, At(1)).HasValue);
        Assert.False(_held.TryRead("a", At(1), out _));
    }

    [Fact]
    public void ANewLeaseHoldsNothingOfTheLast()
    {
        Fill("a", 1, 0);
        Take(3);
        Assert.False(_held.TryRead("a", At(3), out _));
        Assert.Equal(0, _held.Count);
    }

    [Fact]
    public void WithoutALiveLeaseNothingIsAnsweredOrFilled()
    {
        Fill("a", 1, 0);
        Assert.False(_held.TryRead("a", At(3), out _));
        Assert.Null(_held.BeginFill("b", At(3), out _));
    }

    [Fact]
    public void WhatIsHeldIsReadAgainWhenItIsDue()
    {
        Fill("a", 1, 0);
        for (var at = 0.5; at <= 60; at += 0.5) Assert.True(_holder.Granted(_holder.NextRequest(At(at)), At(at)));
        Assert.True(_held.TryRead("a", At(59.9), out _));
        Assert.False(_held.TryRead("a", At(60), out _));
    }

    [Fact]
    public void NoMoreThanTheCapacityIsHeldAndWhatIsReadStays()
    {
        Fill("used", 1, 0);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(_held.TryRead("used", At(0.1), out _));
            Fill($"{i}", 1, 0);
        }

        Assert.InRange(_held.Count, 1, 10);
        Assert.True(_held.TryRead("used", At(0.1), out _));
    }

    [Fact]
    public void AnAbandonedFillLeavesNothingAndTheNextOneReads()
    {
        _held.Abandon(_held.BeginFill("a", At(0), out _)!);
        Assert.False(_held.TryRead("a", At(0), out _));
        _held.BeginFill("a", At(0), out var joined);
        Assert.False(joined);
    }

    /// <summary>
    /// On real threads: storage is written, then announced, then "acknowledged"; a check that reads afterwards must see it.
    /// Red when Apply skips fills under way.
    /// </summary>
    [Fact]
    public void NoThreadMissesWhatWasAcknowledged()
    {
        var held = new Held<string, long>(_holder, static (a, b) => Math.Max(a, b), capacity: 4);
        string[] keys = ["a", "b", "c", "d", "e", "f"];
        var stored = new long[keys.Length];
        var acknowledged = new long[keys.Length];
        var missed = 0L;
        var stop = false;
        var revoker = new Thread(() =>
        {
            for (var i = 1; i < 300_000; i++)
            {
                var k = i % keys.Length;
                Volatile.Write(ref stored[k], i);
                held.Apply(keys[k], i);
                Volatile.Write(ref acknowledged[k], i);
            }

            Volatile.Write(ref stop, true);
        });
        var checks = Enumerable.Range(0, 3).Select(seed => new Thread(() =>
        {
            for (var i = seed; !Volatile.Read(ref stop); i++)
            {
                var k = i % keys.Length;
                var least = Volatile.Read(ref acknowledged[k]);
                if (!held.TryRead(keys[k], At(1), out var seen))
                {
                    var fill = held.BeginFill(keys[k], At(1), out var joined)!;
                    if (joined) continue;
                    var read = Volatile.Read(ref stored[k]);
                    Thread.SpinWait(i % 200);
                    seen = held.Complete(fill, read, At(1)).Value;
                }

                if (seen < least) Interlocked.Increment(ref missed);
                if (Volatile.Read(ref acknowledged[k]) is var now && held.TryRead(keys[k], At(1), out var after) && after < now)
                    Interlocked.Increment(ref missed);
                if (i % 7 == 0) held.Forget(keys[k]);
            }
        })).ToList();
        checks.ForEach(check => check.Start());
        revoker.Start();
        revoker.Join();
        checks.ForEach(check => check.Join());
        Assert.Equal(0, missed);
    }
}
