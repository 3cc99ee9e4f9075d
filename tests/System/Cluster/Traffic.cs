using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// Users who check their tokens and log out on all nodes, each call recorded for the history checker. What is neither an answer
/// of the contract nor a broken connection is kept as an error.
/// </summary>
/// <param name="signsInAgain">
/// Whether users log out their other devices, too, and go on with new tokens after a logout, in new sessions and in old ones.
/// </param>
internal sealed class Traffic(Func<IReadOnlyList<ApiProcess>> nodes, TimeSpan pause, bool signsInAgain = false)
{
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _outages = new();
    private int _unavailable;
    private int _cutOff;

    public IReadOnlyCollection<Call> Calls => _calls;

    /// <summary>Answers that the contract doesn't know: 500s, 503s without <c>Retry-After</c>.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    public int Unavailable => _unavailable;

    /// <summary>Calls whose connection broke: for nodes that were killed.</summary>
    public int CutOff => _cutOff;

    /// <summary>The longest that a user waited, from the start of a check that wasn't answered until one was.</summary>
    public TimeSpan WorstOutage => _outages.Values.DefaultIfEmpty().Max();

    public int Acknowledged => _calls.Count(call => call is { Reach: not null, Outcome: Outcome.Yes });

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
            Assert.True(waited < TimeSpan.FromMinutes(3), $"{Acknowledged} logouts of {_calls.Count} calls were acknowledged.");
            await Task.Delay(pause, TimeProvider.System);
        }
    }

    public async Task<Outcome> CheckAsync(ApiProcess node, IssuedToken token, CancellationToken stop = default)
    {
        var call = await CallAsync(node, token, null, HttpMethod.Get, "/verify", null, stop);
        return call.Outcome;
    }

    public async Task<Outcome> LogOutAsync(ApiProcess node, IssuedToken token, Reach reach, CancellationToken stop = default)
    {
        var scope = reach switch { Reach.Token => "token", Reach.Session => "session", Reach.Others => "others", _ => "everywhere" };
        var call = await CallAsync(node, token, reach, HttpMethod.Post, "/logout", $$"""{"scope":"{{scope}}"}""", stop);
        return call.Outcome;
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

    /// <summary>No rule of the history is broken, and every answer was one of the contract's.</summary>
    public void AssertHolds()
    {
        Assert.Empty(Errors);
        var violations = HistoryChecker.Check(_calls);
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

    private async Task<Call> CallAsync(
        ApiProcess node, IssuedToken token, Reach? reach, HttpMethod method, string path, string? json, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        var outcome = Outcome.Unknown;
        try
        {
            using var answer = await node.SendAsync(method, path, token.Id, json);
            outcome = answer.StatusCode switch
            {
                HttpStatusCode.OK => Outcome.Yes,
                HttpStatusCode.Unauthorized when answer.Headers.WwwAuthenticate.ToString().Contains("revoked", StringComparison.Ordinal) => Outcome.No,
                _ => Outcome.Unknown,
            };
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null)
                Interlocked.Increment(ref _unavailable);
            else if (outcome == Outcome.Unknown)
                _errors.Enqueue($"{path}: {(int)answer.StatusCode}, {answer.Headers} {await answer.Content.ReadAsStringAsync(stop)}");
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _cutOff);
        }

        var call = new Call(token, reach, start, Stopwatch.GetTimestamp(), outcome, node.Client.BaseAddress!.Authority);
        _calls.Enqueue(call);
        return call;
    }
}
