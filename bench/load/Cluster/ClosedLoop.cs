using System.Diagnostics;

namespace Curfew.Bench.Load.Cluster;

/// <summary>So many workers, each with one call under way, for so long.</summary>
internal static class ClosedLoop
{
    private const int YieldEvery = 1024;

    /// <param name="call">Given a number that is never the same twice in a row.</param>
    /// <param name="sampleEvery">Which calls are timed one by one: a call of nanoseconds would measure the clock.</param>
    public static async Task<LoopResult> RunAsync(Func<int, ValueTask> call, int workers, TimeSpan duration, int sampleEvery)
    {
        var started = Stopwatch.GetTimestamp();
        var end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var loops = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(worker))));
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var times = loops.SelectMany(loop => loop.Times).Order().ToArray();
        return new(loops.Sum(loop => loop.Calls), took, At(times, 0.5), At(times, 0.99));

        async Task<(long Calls, List<long> Times)> WorkAsync(int worker)
        {
            var times = new List<long>();
            var random = new Random(worker);
            var calls = 0L;
            var before = Stopwatch.GetTimestamp();
            while (before < end)
            {
                // What never waits would keep the others from their thread.
                if (++calls % YieldEvery == 0)
                    await Task.Yield();
                if (calls % sampleEvery != 0)
                {
                    await call(random.Next());
                    continue;
                }

                before = Stopwatch.GetTimestamp();
                await call(random.Next());
                times.Add(Stopwatch.GetTimestamp() - before);
            }

            return (calls, times);
        }
    }

    private static double At(long[] times, double share) =>
        times.Length == 0 ? 0 : times[(int)(share * (times.Length - 1))] * 1e6 / Stopwatch.Frequency;
}

/// <param name="Calls">How many ended.</param>
/// <param name="Seconds">In which time.</param>
/// <param name="P50Us">Of those timed, in microseconds.</param>
/// <param name="P99Us">The same.</param>
internal sealed record LoopResult(long Calls, double Seconds, double P50Us, double P99Us);
