using System.Text.Encodings.Web;
using System.Text.Json;
using Curfew.Bench.Harness;
using Curfew.Bench.Load.Measuring;

namespace Curfew.Bench.Load.Cluster;

/// <summary><c>./bench.sh cluster [quick]</c>: what a check and a logout take in a cluster, and <c>bench/results/cluster.json</c>.</summary>
internal static class ClusterBench
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task RunAsync(bool quick, TextWriter log)
    {
        var (rounds, seconds, users) = quick ? (2, 1.0, 2_000) : (5, 3.0, 20_000);
        await using var one = await BenchCluster.StartAsync(silos: 1);
        await using var watched = await BenchCluster.StartAsync(silos: 1, dashboard: true);
        await using var two = await BenchCluster.StartAsync(silos: 2);
        var leased = await two.StartNodeAsync("Leased");
        var strict = await two.StartNodeAsync("Strict");
        var checks = new CheckRounds(rounds, seconds);
        checks.Add(CheckRounds.Exists, two, strict);
        checks.Add(CheckRounds.OneSilo, one, await one.StartNodeAsync("Strict"));
        checks.Add(CheckRounds.OneSiloWithDashboard, watched, await watched.StartNodeAsync("Strict"));
        checks.Add(CheckRounds.TwoSilos, two, strict);
        checks.Add(CheckRounds.Leased, two, leased);
        var figures = await checks.MeasureAsync(log);

        // Two silos and two leased API nodes hold leases; the strict node holds none.
        await two.StartNodeAsync("Leased");
        // The first ones are those of processes that were just started, whose code isn't compiled for speed yet.
        var firstLogouts = await LogoutTimes.AllAliveAsync(leased, quick ? 50 : 500);
        var logouts = await LogoutTimes.AllAliveAsync(leased, quick ? 50 : 1_000);
        var counting = await two.StartNodeAsync("Leased", count: true);
        var pace = await counting.PostAsync<PaceResult>($"pace?users=100&perSecond=10&seconds={(quick ? 5 : 70)}");
        await log.WriteLineAsync("logouts and pace");
        var memory = await MemoryAsync(one, two, users);
        var dead = await LogoutTimes.OneGoneAsync(two, leased, "KILL", quick ? 1 : 5);
        var stopped = await LogoutTimes.OneGoneAsync(two, leased, "STOP", quick ? 1 : 5);

        var (grain, exists, fromMemory) = (figures[CheckRounds.TwoSilos], figures[CheckRounds.Exists], figures[CheckRounds.Leased]);
        var results = new
        {
            Date = $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC",
            Machine = await Machine.DescribeAsync(),
            Load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0],
            Rounds = rounds,
            Checks = figures,
            Ratios = new
            {
                LeasedToGrain = fromMemory.PerSecond / grain.PerSecond,
                LeasedToExists = fromMemory.PerSecond / exists.PerSecond,
                GrainCpuToExists = grain.CpuUs / exists.CpuUs,
                GrainPerSecondToExists = grain.PerSecond / exists.PerSecond,
                DashboardCpu = figures[CheckRounds.OneSiloWithDashboard].CpuUs / figures[CheckRounds.OneSilo].CpuUs,
                DashboardPerSecond = figures[CheckRounds.OneSiloWithDashboard].PerSecond / figures[CheckRounds.OneSilo].PerSecond,
            },
            LogoutMs = new
            {
                AllAliveFirst = Percentiles(firstLogouts),
                AllAlive = Percentiles(logouts),
                OneNodeKilled = dead,
                OneNodeStopped = stopped,
            },
            GrainCallsPerLeasedCheck = (double)pace.GrainCalls / pace.Checks,
            UsersWithoutFacts = memory,
            Unavailable = await strict.GetAsync("unavailable") + await leased.GetAsync("unavailable"),
        };
        var text = JsonSerializer.Serialize(results, Json);
        await log.WriteLineAsync(text);
        if (quick)
            return;
        var file = Path.Combine(Repository.Root, "bench", "results", "cluster.json");
        await File.WriteAllTextAsync(file, text + "\n");
        await log.WriteLineAsync($"Written: {Path.GetRelativePath(Repository.Root, file)}");
    }

    private static object Percentiles(List<double> sorted) =>
        new { Count = sorted.Count, P50 = sorted[sorted.Count / 2], P99 = sorted[(int)(0.99 * (sorted.Count - 1))], Max = sorted[^1] };

    // Users that were never seen before are checked once each, and what is held is compared.
    private static async Task<object> MemoryAsync(BenchCluster one, BenchCluster two, int users)
    {
        var silo = one.Silos.Single();
        var strict = await one.StartNodeAsync("Strict");
        var leased = await two.StartNodeAsync("Leased");

        // What grows once with the first of them isn't theirs.
        await strict.PostAsync($"once?prefix=first&from=0&users={users / 10}");
        await leased.PostAsync($"once?prefix=first&from=0&users={users / 10}");
        var (siloBefore, nodeBefore, activationsBefore) = (await silo.GetAsync("memory"), await leased.GetAsync("memory"), await silo.GetAsync("activations"));
        var redisBefore = await RedisBytesAsync(one);
        await strict.PostAsync($"once?prefix=new&from=0&users={users}");
        await leased.PostAsync($"once?prefix=new&from=0&users={users}");
        var (siloAfter, nodeAfter, activationsAfter) = (await silo.GetAsync("memory"), await leased.GetAsync("memory"), await silo.GetAsync("activations"));
        return new
        {
            Users = users,
            ActivationsPerUser = (double)(activationsAfter - activationsBefore) / users,
            SiloBytesPerUser = (double)(siloAfter - siloBefore) / users,
            LeasedBytesPerUser = (double)(nodeAfter - nodeBefore) / users,
            RedisBytesPerUser = (double)(await RedisBytesAsync(one) - redisBefore) / users,
        };
    }

    private static async Task<long> RedisBytesAsync(BenchCluster cluster)
    {
        var line = (await cluster.Redis.SendAsync("INFO", "memory")).Split('\n').Single(line => line.StartsWith("used_memory_dataset:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1], global::System.Globalization.CultureInfo.InvariantCulture);
    }
}
