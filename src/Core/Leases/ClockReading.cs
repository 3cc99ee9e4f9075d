namespace Curfew.Leases;

/// <summary>
/// One reading of a process's two clocks. Readings are compared within a process only: no two machines' clocks
/// ever are.
/// </summary>
/// <param name="Monotonic">Time since some start. Never steps, but may stand still while the machine is
/// suspended (Linux's CLOCK_MONOTONIC does).</param>
/// <param name="Wall">Wall time since the year 1. Goes on in suspend, but may step.</param>
public readonly record struct ClockReading(TimeSpan Monotonic, TimeSpan Wall)
{
    /// <summary>Reads both clocks of <paramref name="time"/> now.</summary>
    public static ClockReading Of(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new(time.GetElapsedTime(0, time.GetTimestamp()), new TimeSpan(time.GetUtcNow().Ticks));
    }

    /// <summary>
    /// The larger of monotonic and wall time passed: for what must end in time. A suspend can't stretch it, and a
    /// wall clock that steps forward only ends a lease early.
    /// </summary>
    public TimeSpan AtMostSince(in ClockReading earlier)
    {
        var monotonic = Monotonic - earlier.Monotonic;
        var wall = Wall - earlier.Wall;
        return monotonic > wall ? monotonic : wall;
    }

    /// <summary>
    /// The monotonic time passed: for what must have been waited for. A suspend only makes the wait longer, and a
    /// step of the wall clock can't shorten it.
    /// </summary>
    public TimeSpan AtLeastSince(in ClockReading earlier) => Monotonic - earlier.Monotonic;
}
