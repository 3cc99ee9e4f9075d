namespace Curfew.Bench.Load.Cluster;

/// <summary>How many calls of grains left this process.</summary>
internal sealed class GrainCallCounter : IOutgoingGrainCallFilter
{
    private long _calls;

    public long Calls => Interlocked.Read(ref _calls);

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        Interlocked.Increment(ref _calls);
        return context.Invoke();
    }
}
