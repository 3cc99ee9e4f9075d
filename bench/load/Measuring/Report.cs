using System.Text.Encodings.Web;
using System.Text.Json;
using Curfew.Bench.Harness;

namespace Curfew.Bench.Load.Measuring;

/// <summary>The table, and <c>bench/results/latest.json</c>. Ratios are to the baseline, of the same run.</summary>
internal sealed class Report(IReadOnlyList<(string Name, Measurement Median)> medians, LoadSettings settings)
{
    public const string Baseline = "jwtbearer-rs256";

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private Measurement? BaselineMedian => medians.FirstOrDefault(each => each.Name == Baseline).Median;

    public async Task WriteAsync(TextWriter log)
    {
        var machine = await Machine.DescribeAsync();
        await log.WriteLineAsync();
        await log.WriteLineAsync($"{machine}; medians of {settings.Rounds} windows; × is the ratio to {Baseline}");
        await log.WriteLineAsync();
        await log.WriteLineAsync(
            """
            | contender | requests/s | × | CPU µs/request | × | of it the app's | p50 ms | p99 ms |
            |---|--:|--:|--:|--:|--:|--:|--:|
            """);
        foreach (var (name, median) in medians)
        {
            await log.WriteLineAsync(
                $"| {name} | {median.Rps:N0} | {To(each => each.Rps, median)} | {median.CpuUs:N1} | " +
                $"{To(each => each.CpuUs, median)} | {median.AppCpuUs:N1} | {median.P50Ms:N2} | {median.P99Ms:N2} |");
        }

        var file = Path.Combine(Repository.Root, "bench", "results", "latest.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(Results(machine), _json) + "\n");
        await log.WriteLineAsync();
        await log.WriteLineAsync($"Written: {Path.GetRelativePath(Repository.Root, file)}");
    }

    private object Results(string machine) => new
    {
        Machine = machine,
        settings.Rounds,
        WindowSeconds = settings.Window.TotalSeconds,
        Baseline,
        Contenders = medians.ToDictionary(each => each.Name, each => new
        {
            Rps = Math.Round(each.Median.Rps),
            CpuUs = Math.Round(each.Median.CpuUs, 2),
            AppCpuUs = Math.Round(each.Median.AppCpuUs, 2),
            P50Ms = Math.Round(each.Median.P50Ms, 3),
            P99Ms = Math.Round(each.Median.P99Ms, 3),
        }),
        Ratios = BaselineMedian is not { } baseline ? null : medians.ToDictionary(each => each.Name, each => new
        {
            Rps = Math.Round(each.Median.Rps / baseline.Rps, 3),
            CpuUs = Math.Round(each.Median.CpuUs / baseline.CpuUs, 3),
            P50Ms = Math.Round(each.Median.P50Ms / baseline.P50Ms, 3),
            P99Ms = Math.Round(each.Median.P99Ms / baseline.P99Ms, 3),
        }),
    };

    private string To(Func<Measurement, double> figure, Measurement median) =>
        BaselineMedian is { } baseline ? $"{figure(median) / figure(baseline):N2}" : "–";
}
