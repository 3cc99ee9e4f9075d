namespace Curfew.Api.Tests.Hosting;

/// <summary>The machine's clock, which a test may put forward. Timers run as ever: the silo in the process lives by them.</summary>
public sealed class MovableClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
