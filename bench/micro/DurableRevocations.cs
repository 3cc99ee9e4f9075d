using System.Diagnostics;
using System.Globalization;
using Curfew.Grains;

namespace Curfew.Bench.Micro;

/// <summary>
/// Acknowledged revocations a second at 64 concurrent callers over distinct users, beside single append + fsync a second on
/// the same disk, in turn.
/// </summary>
internal static class DurableRevocations
{
    private const int Callers = 64;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(int rounds)
    {
        await using var host = await EmbeddedHost.StartAsync(Consistency.Leased);
        var ratios = new List<double>();
        Console.WriteLine("| round | append + fsync/s | revocations/s | ratio |");
        Console.WriteLine("|--:|--:|--:|--:|");
        for (var round = 1; round <= rounds; round++)
        {
            var appends = AppendsPerSecond(host.Folder);
            var revocations = await RevocationsPerSecondAsync(host.Revocations, round);
            ratios.Add(revocations / appends);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {round} | {appends:N0} | {revocations:N0} | {revocations / appends:F1} |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio: {ratios.Order().ElementAt(rounds / 2):F1}"));
    }

    private static double AppendsPerSecond(string folder)
    {
        var path = Path.Combine(folder, "append.log");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var line = new byte[200];
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(started) < Window)
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
            count++;
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> RevocationsPerSecondAsync(Revocations revocations, int round)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var count = 0;
            while (Stopwatch.GetElapsedTime(started) < Window)
            {
                var user = new UserKey("https://idp", $"user-{round}-{caller}-{count++}");
                await revocations.RevokeAsync(user, new RevokeSession("s"));
            }

            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
