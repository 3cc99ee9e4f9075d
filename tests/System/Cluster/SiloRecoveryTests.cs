using System.Diagnostics;
using Curfew.System.Tests.History;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// How long each user waits for an answer after a silo was killed, as the user sees it: from the kill to the end of the first check
/// that began after it and got an answer. What the API node repeats on its own is in that time.
/// </summary>
public sealed class SiloRecoveryTests(ITestOutputHelper output)
{
    private const int Users = 200;
    private const int Kills = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(3);

    [SlowFact]
    public async Task KilledSilo_EachUsersChecksSucceedAgain_TheWorstIsReported()
    {
        await using var cluster = await CurfewCluster.StartAsync();
        var traffic = new Traffic(() => cluster.Apis, TimeSpan.Zero);
        var tokens = await traffic.IssueAsync(Users, "recovers", each: 1);
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(tokens.Select((token, i) => CheckAsync(cluster, traffic, token, new Random(i), stop.Token)));
        var all = new List<TimeSpan>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
            var killedAt = Stopwatch.GetTimestamp();

            // The oldest: from the second on it holds all of the users' grains.
            await cluster.Silos.First(silo => !silo.Process.HasExited).Process.KillAsync();
            var recovered = await EachAnsweredSinceAsync(traffic, killedAt);
            all.AddRange(recovered);
            var ordered = recovered.Order().ToList();
            output.WriteLine(
                $"{Users} users answered again: median {ordered[Users / 2].TotalSeconds:0.00} s, 99 % {ordered[Users * 99 / 100].TotalSeconds:0.00} s, "
                + $"worst {ordered[^1].TotalSeconds:0.00} s; {recovered.Count(time => time > Goal)} later than {Goal.TotalSeconds} s");
            cluster.LaunchSilo();
            await cluster.ReadyAsync();
        }

        await stop.CancelAsync();
        await running;
        output.WriteLine($"worst of {Kills} kills {all.Max().TotalSeconds:0.00} s; {traffic.Calls.Count} calls, {traffic.Unavailable} answered 503");
        traffic.AssertHolds();
    }

    // Checks alone: a user who logs out meanwhile waits for the dead silo's lease, too.
    private static async Task CheckAsync(CurfewCluster cluster, Traffic traffic, IssuedToken token, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await traffic.CheckAsync(cluster.Apis[random.Next(cluster.Apis.Count)], token, CancellationToken.None);
            await Task.Delay(Pause * (0.5 + random.NextDouble()), TimeProvider.System, CancellationToken.None);
        }
    }

    // Gives up after a minute: a busy machine is slow, and that is no fault.
    private static async Task<List<TimeSpan>> EachAnsweredSinceAsync(Traffic traffic, long killedAt)
    {
        while (true)
        {
            var first = traffic.Calls
                .Where(call => call is { Reach: null, Outcome: not Outcome.Unknown } && call.Start > killedAt)
                .GroupBy(call => call.Token.User)
                .Select(calls => Stopwatch.GetElapsedTime(killedAt, calls.Min(call => call.End)))
                .ToList();
            if (first.Count == Users)
                return first;
            Assert.True(Stopwatch.GetElapsedTime(killedAt) < TimeSpan.FromMinutes(1), $"{Users - first.Count} users have no answer.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
