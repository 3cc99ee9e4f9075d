using System.Text.Json;
using Curfew.Bench.Harness;

namespace Curfew.Bench.Load.Measuring;

/// <summary>What one run of wrk saw. Times in microseconds.</summary>
internal sealed record WrkResult(
    long Requests, long DurationUs, long P50Us, long P99Us, long BadStatus, long Broken, int FreshUsed, int RanOut)
{
    public double Rps => Requests * 1e6 / DurationUs;
}

/// <summary>The closed-loop generator: one thread, 64 kept-alive connections, one request under way on each.</summary>
internal static class Wrk
{
    private const int Connections = 64;
    private const string Marker = "RESULT ";

    /// <exception cref="InvalidOperationException">A request failed.</exception>
    public static async Task<WrkResult> RunAsync(Uri address, TokenSource tokens, TimeSpan duration)
    {
        var script = Path.Combine(Repository.Root, "bench", "load", "wrk.lua");
        var output = await ChildProcess.RunAsync(
            "wrk",
            [
                "--threads=1",
                $"--connections={Connections}",
                $"--duration={(int)duration.TotalSeconds}s",
                $"--script={script}",
                // A machine that is busy with other things makes answers late, not wrong.
                "--timeout=20s",
                $"{address}me",
                "--",
                .. tokens.Arguments,
            ]);

        var line = output.Split('\n').Single(line => line.StartsWith(Marker, StringComparison.Ordinal));
        var result = JsonSerializer.Deserialize<WrkResult>(line[Marker.Length..])!;
        tokens.FreshUsed += result.FreshUsed;
        if (result.BadStatus + result.Broken > 0)
            throw new InvalidOperationException($"Requests failed: {result}");
        return result;
    }
}
