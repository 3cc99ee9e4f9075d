using System.Collections.Concurrent;
using System.Diagnostics;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// Users who check their tokens and log out on all nodes, each call recorded for the history checker.
/// </summary>
/// <param name="signsInAgain">
/// Whether users log out their other devices, too, and go on with new tokens after a logout, in new sessions and in old ones.
/// </param>
internal sealed class Traffic(Func<IReadOnlyList<ApiProcess>> nodes, TimeSpan pause, bool signsInAgain = false) : Recorder
{
    private readonly ConcurrentDictionary<string, TimeSpan> _outages = new();

    /// <summary>The longest that a user waited, from the start of a check that wasn't answered until one was.</summary>
    public TimeSpan WorstOutage => _outages.Values.DefaultIfEmpty().Max();

    public async Task<IssuedToken> IssueAsync(string user, string? session = null) =>
        new(await nodes()[0].TokenAsync(user, session, lifetimeSeconds: 3600), user, session, Stopwatch.GetTimestamp());

    public async Task<List<IssuedToken>> IssueAsync(int users, string prefix, int each = 2)
    {
        var tokens = new IssuedToken[users * each];
        await Parallel.ForAsync(0, users * each, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            tokens[i] = await IssueAsync($"{prefix}-{i / each}", $"s-{i % each}"));
        return [.. tokens];
    }

    /// <summary>Each user checks all of its tokens, node by node, and logs out at some time, until told to stop.</summary>
    public Task RunAsync(IEnumerable<IssuedToken> tokens, int seed, CancellationToken stop) =>
        Task.WhenAll(tokens.GroupBy(token => token.User).Select((user, i) => RunUserAsync([.. user], new Random(seed + i), stop)));

    /// <summary>However slow the machine: there are logouts that could be lost.</summary>
    public async Task UntilAcknowledgedAsync(int logouts)
    {
        for (var waited = TimeSpan.Zero; Acknowledged < logouts; waited += pause)
        {
            Assert.True(waited < TimeSpan.FromMinutes(3), $"{Acknowledged} logouts of {Calls.Count} calls were acknowledged.");
            await Task.Delay(pause, TimeProvider.System);
        }
    }

    /// <summary>Checks until there is an answer: a machine that is busy with other things makes a 503 of its own.</summary>
    public async Task<Outcome> CheckPatientlyAsync(ApiProcess node, IssuedToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await CheckAsync(node, token);
            if (outcome != Outcome.Unknown || attempt == 60)
                return outcome;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Logs out, on one node after the other, until it is acknowledged (or the token found revoked).</summary>
    public async Task LogOutPatientlyAsync(IReadOnlyList<ApiProcess> among, IssuedToken token, Reach reach)
    {
        for (var attempt = 0; ; attempt++)
        {
            Assert.True(attempt < 60, "A logout was never acknowledged.");
            if (await LogOutAsync(among[attempt % among.Count], token, reach) != Outcome.Unknown)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>What one node acknowledges, the other refuses in the very next request; nobody else's token is touched.</summary>
    /// <param name="checksBefore">How often the other node was asked before, and so may answer from memory.</param>
    public async Task AssertLogoutsAreSeenAsync(string prefix, Reach reach, int logouts, int checksBefore)
    {
        var (here, there) = (nodes()[0], nodes()[1]);
        var acknowledged = 0;
        for (var i = 0; i < logouts; i++)
        {
            var token = await IssueAsync($"{prefix}-{reach}-{i}", "s");
            var bystander = await IssueAsync($"{prefix}-{reach}-{i}-b", "s");
            for (var before = 0; before < checksBefore; before++)
                Assert.Equal(Outcome.Yes, await CheckPatientlyAsync(there, token));
            if (await LogOutAsync(here, token, reach) != Outcome.Yes)
                continue;
            acknowledged++;
            Assert.Equal(Outcome.No, await CheckPatientlyAsync(there, token));
            Assert.Equal(Outcome.No, await CheckPatientlyAsync(here, token));
            Assert.Equal(Outcome.Yes, await CheckPatientlyAsync(there, bystander));
            (here, there) = (there, here);
        }

        // A busy machine makes a 503 of its own now and then.
        Assert.True(acknowledged > 5, $"{acknowledged} logouts were acknowledged.");
        AssertHolds();
    }

    /// <summary>No rule of the history is broken, and every answer was one of the contract's.</summary>
    public void AssertHolds()
    {
        Assert.Empty(Errors);
        var violations = HistoryChecker.Check(Calls);
        Assert.True(violations.Count == 0, string.Join('\n', violations.Take(5)));
    }

    private async Task RunUserAsync(List<IssuedToken> tokens, Random random, CancellationToken stop)
    {
        long? failingSince = null;
        try
        {
            while (true)
            {
                // One after the other, so that what one node acknowledged is asked of another at once.
                var all = nodes();
                var node = all[random.Next(all.Count)];
                var token = tokens[random.Next(tokens.Count)];
                if (random.Next(40) == 0)
                {
                    await LogOutAsync(node, token, (Reach)random.Next(signsInAgain ? 4 : 3), stop);
                    node = all[random.Next(all.Count)];
                    if (signsInAgain && await TryIssueAsync(token.User, $"s-{random.Next(6)}") is { } another)
                        tokens.Add(another);
                }

                var start = Stopwatch.GetTimestamp();
                if (await CheckAsync(node, token, stop) == Outcome.Unknown)
                {
                    failingSince ??= start;
                }
                else if (failingSince is { } since)
                {
                    var outage = Stopwatch.GetElapsedTime(since);
                    _outages.AddOrUpdate(token.User, outage, (_, longest) => outage > longest ? outage : longest);
                    failingSince = null;
                }

                await Task.Delay(pause * (0.5 + random.NextDouble()), TimeProvider.System, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop. A user who is still without an answer has waited until now.
            if (failingSince is { } since)
                _outages[tokens[0].User] = Stopwatch.GetElapsedTime(since);
        }
    }

    private async Task<IssuedToken?> TryIssueAsync(string user, string session)
    {
        try
        {
            return await IssueAsync(user, session);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
