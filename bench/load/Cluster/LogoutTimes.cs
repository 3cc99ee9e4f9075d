using System.Diagnostics;

namespace Curfew.Bench.Load.Cluster;

/// <summary>How long logouts take until they hold everywhere: with all nodes alive, and with one that can't confirm.</summary>
internal static class LogoutTimes
{
    /// <summary>Milliseconds of logouts one after the other.</summary>
    public static async Task<List<double>> AllAliveAsync(BenchCluster.Member node, int count) =>
        [.. (await node.PostAsync<List<double>>($"logout?prefix=alive-{Guid.NewGuid():N}&count={count}")).Order()];

    /// <summary>Milliseconds of the first logout after another node was killed or stopped, once for each of <paramref name="times"/>.</summary>
    public static async Task<List<double>> OneGoneAsync(BenchCluster cluster, BenchCluster.Member node, string signal, int times)
    {
        var taken = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var gone = await cluster.StartNodeAsync("Leased");
            using (var kill = Process.Start("kill", [$"-{signal}", $"{gone.Process.Id}"]))
                await kill.WaitForExitAsync();
            taken.AddRange(await node.PostAsync<List<double>>($"logout?prefix=gone-{Guid.NewGuid():N}&count=1"));
            await gone.Process.KillAsync();
        }

        return taken;
    }
}
