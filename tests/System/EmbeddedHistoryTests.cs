using Curfew.System.Tests.Cluster;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests;

/// <summary>
/// What many clients of one real process saw, while it was stopped, continued, killed and started again (guarantees G1 and G2): no
/// check that began after an acknowledged logout had ended was accepted. Found that a session which went on after a cutoff revived
/// its old tokens when it logged out the others.
/// </summary>
public sealed class EmbeddedHistoryTests
{
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public async Task ClientsOfAProcessThatIsStoppedAndKilled_SeeNoRevokedTokenAccepted(int seed)
    {
        using var data = new TemporaryDirectory();
        var started = new List<ApiProcess> { await ApiProcess.StartAsync(data.Path) };
        try
        {
            // Those that ended stay in the list until the end: calls to them break, and are recorded as that.
            var traffic = new Traffic(() => [started[^1]], TimeSpan.FromMilliseconds(20), signsInAgain: true);
            var tokens = await traffic.IssueAsync(16, "user", each: 3);
            using var stop = new CancellationTokenSource();
            var clients = traffic.RunAsync(tokens, seed, stop.Token);
            for (var life = 0; life < 2; life++)
            {
                await PassAsync();
                started[^1].Process.Signal("STOP");
                await PassAsync();
                started[^1].Process.Signal("CONT");
                await PassAsync();
                await started[^1].Process.KillAsync();
                started = [.. started, await ApiProcess.StartAsync(data.Path)];
            }

            await PassAsync();
            await stop.CancelAsync();
            await clients;
            traffic.AssertHolds();

            // And every token once more, in a process that has nothing but what was stored.
            await started[^1].Process.KillAsync();
            started = [.. started, await ApiProcess.StartAsync(data.Path)];
            foreach (var token in traffic.Calls.Select(call => call.Token).Distinct().ToList())
                Assert.NotEqual(Outcome.Unknown, await traffic.CheckAsync(started[^1], token));
            traffic.AssertHolds();

            // It was a run of something: logouts of every reach, revoked and accepted tokens, broken connections.
            foreach (var reach in (Reach[])[Reach.Token, Reach.Session, Reach.Everything, Reach.Others])
                Assert.Contains(traffic.Calls, call => call.Reach == reach && call.Outcome == Outcome.Yes);
            Assert.Contains(traffic.Calls, call => call is { Reach: null, Outcome: Outcome.Yes });
            Assert.Contains(traffic.Calls, call => call is { Reach: null, Outcome: Outcome.No });
            Assert.True(traffic.CutOff > 0, $"Nothing was cut off in {traffic.Calls.Count} calls.");

            // Nobody is locked out for good: who signs in anew, in a new session, is accepted.
            foreach (var user in tokens.Select(token => token.User).Distinct())
            {
                await started[^1].Process.UntilAsync(
                    async () => await traffic.CheckAsync(started[^1], await traffic.IssueAsync(user, "anew")) == Outcome.Yes, $"a new token of {user}");
            }
        }
        finally
        {
            foreach (var process in started)
                await process.DisposeAsync();
        }
    }

    private static Task PassAsync() => Task.Delay(Phase, TimeProvider.System);
}
