namespace Curfew.Grains;

/// <summary>The lease of the one process that opens its store: it may always answer from memory.</summary>
internal sealed class SoleLease : IMemoryLease
{
    public long Current => 1;

    public TimeSpan MaxAge => Timeout.InfiniteTimeSpan;
}
