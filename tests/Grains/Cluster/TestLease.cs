namespace Curfew.Grains.Tests;

internal sealed class TestLease : IMemoryLease
{
    public long Current { get; set; } = 1;

    public TimeSpan MaxAge { get; set; } = Timeout.InfiniteTimeSpan;
}
