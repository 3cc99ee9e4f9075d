using Curfew.Bench.Harness;

namespace Curfew.Bench.Load.Cluster;

/// <summary>Checks of warm users through grains, from memory, and Redis's EXISTS, in turn (A B A B), at the same concurrency.</summary>
internal sealed class CheckRounds(int rounds, double seconds)
{
    public const string OneSilo = "grain, one silo";
    public const string OneSiloWithDashboard = "grain, one silo with the dashboard";
    public const string TwoSilos = "grain, two silos";
    public const string Leased = "leased";
    public const string Exists = "EXISTS";
    private const int Workers = 64;

    private readonly List<(string Name, Func<Task<LoopResult>> Run, ChildProcess[] Processes)> _contenders = [];

    public void Add(string name, BenchCluster cluster, BenchCluster.Member node)
    {
        var (path, servers) = name switch
        {
            Exists => ($"exists?workers={Workers}", [cluster.Redis.Process]),
            Leased => ($"check?workers={Workers}&sampleEvery=64", cluster.Servers),
            _ => ($"check?workers={Workers}&sampleEvery=1", cluster.Servers),
        };
        _contenders.Add((name, () => node.PostAsync<LoopResult>($"{path}&seconds={seconds}"), [node.Process, .. servers]));
    }

    public async Task<Dictionary<string, CheckFigures>> MeasureAsync(TextWriter log)
    {
        var all = _contenders.ToDictionary(each => each.Name, _ => new List<CheckFigures>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, run, processes) in _contenders)
            {
                var before = processes.Sum(process => process.CpuTime().TotalMicroseconds);
                var result = await run();
                var cpu = processes.Sum(process => process.CpuTime().TotalMicroseconds) - before;

                // The first round warms up.
                if (round > 0)
                    all[name].Add(new(result.Calls / result.Seconds, cpu / result.Calls, result.P50Us, result.P99Us));
            }

            await log.WriteLineAsync(round == 0 ? "warmed up" : $"round {round} of {rounds}");
        }

        return all.ToDictionary(each => each.Key, each => new CheckFigures(
            Median(each.Value, figures => figures.PerSecond), Median(each.Value, figures => figures.CpuUs),
            Median(each.Value, figures => figures.P50Us), Median(each.Value, figures => figures.P99Us)));
    }

    private static double Median(List<CheckFigures> figures, Func<CheckFigures, double> of) =>
        figures.Select(of).Order().ElementAt(figures.Count / 2);
}

/// <param name="PerSecond">Checks a second.</param>
/// <param name="CpuUs">User and system time of all processes for one, the asking one's included.</param>
internal sealed record CheckFigures(double PerSecond, double CpuUs, double P50Us, double P99Us);
