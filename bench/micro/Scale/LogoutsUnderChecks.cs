using System.Diagnostics;
using Curfew.Grains;

namespace Curfew.Bench.Micro.Scale;

/// <summary>
/// Durable logouts, one user after the other from so many callers at once, while a thread for each core does nothing but check:
/// how long a logout takes, and what is left of the checks. In one process, over a SQLite file on a real disk.
/// </summary>
internal static class LogoutsUnderChecks
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Point>> RunAsync(IReadOnlyList<int> callers)
    {
        await using var host = await EmbeddedHost.StartAsync(Consistency.Leased);
        await MeasureAsync(host.Revocations, "warm-up", 8, checks: true);
        var points = new List<Point>();
        foreach (var count in callers)
        {
            var alone = count == 0 ? null : await MeasureAsync(host.Revocations, $"alone-{count}", count, checks: false);
            var loaded = await MeasureAsync(host.Revocations, $"loaded-{count}", count, checks: true);
            points.Add(loaded with { AloneP50Ms = alone?.P50Ms ?? 0, AloneP99Ms = alone?.P99Ms ?? 0 });
        }

        return points;
    }

    private static async Task<Point> MeasureAsync(Revocations revocations, string phase, int callers, bool checks)
    {
        using var stop = new CancellationTokenSource(Window);
        var checking = checks
            ? Enumerable.Range(0, Environment.ProcessorCount).Select(thread => CheckAsync(revocations, thread, stop.Token)).ToArray()
            : [];
        var logouts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var times = new List<double>();
            while (!stop.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                await revocations.RevokeAsync(
                    new UserKey("https://idp", $"{phase}-{caller}-{times.Count}"), new RevokeSession("s"));
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return times;
        })));
        var done = await Task.WhenAll(checking);
        var sorted = logouts.SelectMany(times => times).Order().ToArray();
        return new Point(
            callers, done.Sum() / Window.TotalSeconds, sorted.Length / Window.TotalSeconds, At(sorted, 0.5), At(sorted, 0.99), 0, 0);
    }

    // A thread of its own: the pool is the logouts'.
    private static Task<long> CheckAsync(Revocations revocations, int thread, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            var tokens = Enumerable.Range(thread * 10_000, 10_000).Select(Tokens.Of).ToArray();
            long count = 0;
            while (!stop.IsCancellationRequested)
            {
                for (var i = 0; i < 1000; i++)
                {
                    if (!revocations.TryCheck(tokens[(count + i) % tokens.Length], out var verdict) || verdict != Verdict.Valid)
                        throw new InvalidOperationException($"The check says {verdict}.");
                }

                count += 1000;
            }

            return count;
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[(int)(share * (sorted.Length - 1))];

    internal sealed record Point(
        int Callers, double ChecksPerSecond, double LogoutsPerSecond, double P50Ms, double P99Ms, double AloneP50Ms, double AloneP99Ms);
}
