namespace Curfew.Bench.Load.Cluster;

internal static class Memory
{
    /// <summary>What is held on the heap, in bytes.</summary>
    public static long Held()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
