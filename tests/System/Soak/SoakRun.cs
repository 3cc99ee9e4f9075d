using System.Diagnostics;
using Curfew.System.Tests.Cluster;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary>
/// One deployment under clients and faults, in rounds. After each: every fault is over, the service answers again by itself,
/// every acknowledged logout is asked for on every node, and the history is checked. At the end all is killed, started again, and
/// asked once more.
/// </summary>
/// <param name="schedule">The faults, in the order of their times; those of a round are of its length of that time.</param>
/// <param name="seed">What the clients do.</param>
/// <param name="tell">Where it is told what happens, as it happens.</param>
/// <param name="users">How many are there at a time.</param>
internal sealed class SoakRun(string name, Deployment deployment, IEnumerable<PlannedFault> schedule, int seed, Action<string> tell, int users = 12)
{
    /// <summary>Patience, not a promise: how long the service may take until it answers again, on a machine that is slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    // Days of them.
    private const int MostFaults = 100_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private readonly ClockFaults _clocks = new();

    // What holds over the rounds: the logouts acknowledged since Redis was last emptied.
    private readonly List<Call> _loggedOut = [];
    private int _round;
    private int _told;

    /// <summary>What it came to so far.</summary>
    public SoakResult Result { get; } = new(name);

    /// <param name="length">For how long; the round that is under way then is ended, and the schedule goes no further.</param>
    /// <param name="roundLength">Of the schedule's time, in which what is done after a round takes none.</param>
    public async Task<SoakResult> RunAsync(TimeSpan length, TimeSpan roundLength, bool killsAllAtTheEnd = true)
    {
        foreach (var missing in deployment.Missing)
            tell($"{name}: not tried: {missing}");
        await deployment.StartAsync();
        using var stop = new CancellationTokenSource();
        var supervising = SuperviseAsync(stop.Token);
        await ServesAsync("started");

        var faults = new Queue<PlannedFault>(schedule.Take(MostFaults));
        var start = Stopwatch.GetTimestamp();
        for (var from = TimeSpan.Zero; Stopwatch.GetElapsedTime(start) < length;)
        {
            var to = from + roundLength;
            var round = new List<PlannedFault>();
            while (faults.TryPeek(out var next) && next.At < to && next.Fault.Kind != FaultKind.Flush)
                round.Add(faults.Dequeue());
            var flush = faults.TryPeek(out var end) && end.At < to ? faults.Dequeue() : null;
            to = flush?.At ?? to;
            await RoundAsync(round, from, to);
            if (flush is not null)
                await FlushAsync(flush);
            from = to;
        }

        if (killsAllAtTheEnd)
        {
            // Right after a flush there would be nothing to lose.
            await RoundAsync([], TimeSpan.Zero, TimeSpan.FromSeconds(5));
            tell($"{name}: everything is killed and started again");
            await deployment.KillAllAndStartAsync();
            await ServesAsync("killed and started again");
        }

        var last = new Recorder(_clocks);
        await AskAgainAsync(last, _loggedOut);
        Result.Add(last, deployment.NodesMayDiffer, earlier: _loggedOut);
        tell($"{name}: {_loggedOut.Count} acknowledged logouts asked for again on all nodes");
        await stop.CancelAsync();
        await supervising;
        return Result;
    }

    private async Task RoundAsync(List<PlannedFault> faults, TimeSpan from, TimeSpan to)
    {
        var recorder = new Recorder(_clocks);
        using var stop = new CancellationTokenSource();
        var clients = new SoakClients(deployment, recorder, users, seed + _round, $"{name}-{_round++}").RunAsync(stop.Token);
        var start = Stopwatch.GetTimestamp();
        var running = new List<Task>();
        foreach (var fault in faults)
        {
            await WaitUntilAsync(fault.At - from);
            running.Add(SufferAsync(fault));
        }

        await WaitUntilAsync(to - from);
        await Task.WhenAll(running);
        await ServesAsync($"the faults until {to.TotalSeconds:0} s");
        await EndAsync(recorder, stop, clients);

        async Task WaitUntilAsync(TimeSpan at)
        {
            if (at - Stopwatch.GetElapsedTime(start) is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, TimeProvider.System);
        }
    }

    // What was revoked before is gone by the operator's word: nobody of before is asked for any more.
    private async Task FlushAsync(PlannedFault flush)
    {
        var recorder = new Recorder(_clocks);
        using var stop = new CancellationTokenSource();
        var clients = new SoakClients(deployment, recorder, users, seed + _round, $"{name}-{_round++}").RunAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        Count(flush);
        var initialize = await deployment.InjectAsync(flush);
        await Task.Delay(flush.Duration, TimeProvider.System);
        await stop.CancelAsync();
        await clients;
        Result.Add(recorder, deployment.NodesMayDiffer);
        _loggedOut.Clear();

        await initialize();
        await ServesAsync("a flush and initialize");
    }

    private async Task SufferAsync(PlannedFault fault)
    {
        var isOfClocks = fault.Fault.Kind is FaultKind.ClockAhead or FaultKind.ClockBehind;
        if (isOfClocks)
            _clocks.Begin();
        Count(fault);
        var heal = await deployment.InjectAsync(fault);
        await Task.Delay(fault.Duration, TimeProvider.System);
        await heal();
        if (isOfClocks)
        {
            await Task.Delay(WallClock.SeenWithin, TimeProvider.System);
            _clocks.End();
        }
    }

    private async Task EndAsync(Recorder recorder, CancellationTokenSource stop, Task clients)
    {
        await stop.CancelAsync();
        await clients;
        List<Call> loggedOut = [.. recorder.Calls.Where(call => call is { Reach: not null and not Reach.Others, Outcome: Outcome.Yes }).DistinctBy(call => call.Token.Id)];
        await AskAgainAsync(recorder, loggedOut);
        _loggedOut.AddRange(loggedOut);
        Result.Add(recorder, deployment.NodesMayDiffer);
        foreach (var violation in Result.Violations.Skip(_told).Take(10))
            tell($"{name}: VIOLATION: {violation.Split('\n')[0]}");
        _told = Result.Violations.Count;
    }

    private async Task AskAgainAsync(Recorder recorder, List<Call> loggedOut) =>
        await Parallel.ForEachAsync(loggedOut.Select(logout => logout.Token), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (token, _) =>
        {
            foreach (var node in Nodes)
            {
                if (await UntilAnsweredAsync(() => recorder.CheckAsync(Api(node), token, CancellationToken.None)) is var answer && answer != Outcome.No)
                    Violate($"an acknowledged logout of {token.User}/{token.Session} is lost on {node.Name}: {answer}");
            }
        });

    /// <summary>On each node a new token is accepted, its logout acknowledged, and then every node refuses it.</summary>
    private async Task ServesAsync(string after)
    {
        var recorder = new Recorder(_clocks);
        await Task.WhenAll(Nodes.Select(async node =>
        {
            var token = await UntilAnsweredAsync(async () => await recorder.CheckAsync(Api(node), await SignInAsync(node), CancellationToken.None)) == Outcome.Yes
                ? await SignInAsync(node) : null;
            var serves = token is not null
                && await UntilAnsweredAsync(() => recorder.LogOutAsync(Api(node), token, Reach.Token, CancellationToken.None)) != Outcome.Unknown;
            foreach (var other in Nodes)
                serves = serves && await UntilAnsweredAsync(() => recorder.CheckAsync(Api(other), token!, CancellationToken.None)) == Outcome.No;
            if (!serves)
                Violate($"after {after}, {node.Name} did not answer again in {Patience}");
        }));
        Result.Add(recorder, deployment.NodesMayDiffer);

        async Task<IssuedToken> SignInAsync(Member node)
        {
            // The first node that starts makes the key.
            while (!DevTokens.HasKey(deployment.DataDirectory))
                await Task.Delay(Look, TimeProvider.System);
            return SoakClients.SignIn(deployment, $"{name}-serves-{_round}-{node.Name}", "s");
        }
    }

    private IEnumerable<Member> Nodes => deployment.Members.Where(member => member.Current is ApiProcess);

    // The process may be another one at the next attempt.
    private static ApiProcess Api(Member node) => (ApiProcess)node.Current;

    // What the answer is, is for the checker to judge; here it is only asked until there is one.
    private static async Task<Outcome> UntilAnsweredAsync(Func<Task<Outcome>> ask)
    {
        var start = Stopwatch.GetTimestamp();
        Outcome outcome;
        while ((outcome = await ask()) == Outcome.Unknown && Stopwatch.GetElapsedTime(start) < Patience)
            await Task.Delay(Look, TimeProvider.System);
        return outcome;
    }

    // Silos end when others declared them dead, as docs/cluster.md says; an API node never has a reason to.
    private async Task SuperviseAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Look, TimeProvider.System, stop);
                foreach (var ended in deployment.RestartEnded())
                {
                    tell($"{name}: {ended} ended by itself, and is started again");
                    Result.Ended++;
                    if (ended.StartsWith("api", StringComparison.Ordinal))
                        Violate($"{ended} ended by itself");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private void Count(PlannedFault fault)
    {
        tell($"{name}: {fault}");
        lock (Result.Faults)
            Result.Faults[fault.Fault.Label] = Result.Faults.GetValueOrDefault(fault.Fault.Label) + 1;
    }

    private void Violate(string violation)
    {
        tell($"{name}: VIOLATION: {violation}");
        lock (Result.Violations)
            Result.Violations.Add(violation);
    }
}
