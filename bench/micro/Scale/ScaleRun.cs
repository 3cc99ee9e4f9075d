using System.Globalization;
using System.Text.Json;

namespace Curfew.Bench.Micro.Scale;

/// <summary>The three questions of scale, as <c>bench/results/scale.json</c> and a chart of each.</summary>
internal static class ScaleRun
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="folder">Where the results go.</param>
    public static async Task RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var memory = await RememberedChurn.RunAsync(1_000_000, every: 50_000);
        Chart(folder, "scale-memory", new(
            "Memory over a million remembered tokens that come and go", "tokens so far", "MB",
            [.. memory.Select(point => point.Tokens % 200_000 == 0 ? Short(point.Tokens) : "")],
            [
                new("heap after a collection", [.. memory.Select(point => point.HeapMb)]),
                new("resident", [.. memory.Select(point => point.ResidentMb)]),
            ]));

        var checks = await ChecksByUsers.RunAsync([1_000, 10_000, 100_000, 1_000_000]);
        Chart(folder, "scale-checks", new(
            "A check in process, by how many users have facts", "users with facts", "ns a check",
            [.. checks.Select(point => Short(point.Users))],
            [
                new("user with facts", [.. checks.Select(point => point.WithFactsNs)]),
                new("user without", [.. checks.Select(point => point.WithoutFactsNs)]),
            ]));

        var logouts = await LogoutsUnderChecks.RunAsync([0, 1, 8, 64]);
        string[] callers = [.. logouts.Select(point => $"{point.Callers}")];
        Chart(folder, "scale-logouts", new(
            "A durable logout while every core checks", "callers that log out at once", "ms, p99", [.. callers.Skip(1)],
            [
                new("every core checks", [.. logouts.Skip(1).Select(point => point.P99Ms)]),
                new("no checks", [.. logouts.Skip(1).Select(point => point.AloneP99Ms)]),
            ]));
        Chart(folder, "scale-checks-under-logouts", new(
            "Checks while others log out", "callers that log out at once", "million checks/s", callers,
            [new("checks", [.. logouts.Select(point => point.ChecksPerSecond / 1e6)])]));

        var file = Path.Combine(folder, "scale.json");
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(new { Cores = Environment.ProcessorCount, checks, logouts, memory }, Json) + "\n");
        Console.WriteLine($"Written: {file}");
        foreach (var point in checks)
            Console.WriteLine(point);
        foreach (var point in logouts)
            Console.WriteLine(point);
        Console.WriteLine(memory[0]);
        Console.WriteLine(memory[^1]);
    }

    private static void Chart(string folder, string name, LineChart chart) =>
        File.WriteAllText(Path.Combine(folder, name + ".svg"), chart.ToSvg());

    private static string Short(int count) =>
        count >= 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.#} M") : string.Create(CultureInfo.InvariantCulture, $"{count / 1000} k");
}
