using System.Collections.Concurrent;
using System.Diagnostics;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary>
/// One deployment under clients, operators and faults, in rounds. After each: every fault is over, the service answers again by itself,
/// what was acknowledged to be revoked is asked for on every node, and the history is checked. At the end all is killed, started again,
/// and asked once more.
/// </summary>
/// <param name="schedule">The faults, in the order of their times; those of a round are of its length of that time.</param>
/// <param name="seed">What the clients do.</param>
/// <param name="tell">Where it is told what happens, as it happens.</param>
/// <param name="users">How many are there at a time.</param>
internal sealed class SoakRun(string name, Deployment deployment, IEnumerable<PlannedFault> schedule, int seed, Action<string> tell, int users = 12)
{
    // Days of them.
    private const int MostFaults = 100_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private readonly ClockFaults _clocks = new();

    // Held by the fault that a machine suffers: on a slow one the next may come before it is over, though the schedule leaves a second.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _machines = new();
    private readonly SoakResult _result = new(name);

    // What holds over the rounds: the revocations acknowledged since Redis was last emptied, and the tokens that they cover.
    private readonly List<Call> _acknowledged = [];
    private readonly List<IssuedToken> _revoked = [];

    // An issuer is there in every round: what was asked of it before may be why a token is refused now.
    private readonly List<Call> _issuerCutoffs = [];
    private long _healedAt;
    private int _round;
    private int _told;

    /// <summary>What it came to so far.</summary>
    public SoakResult Result => _result;

    /// <param name="length">For how long; the round that is under way then is ended, and the schedule goes no further.</param>
    /// <param name="roundLength">Of the schedule's time, in which what is done after a round takes none.</param>
    public async Task<SoakResult> RunAsync(TimeSpan length, TimeSpan roundLength, bool killsAllAtTheEnd = true)
    {
        foreach (var missing in deployment.Missing)
            tell($"{name}: not tried: {missing}");
        var launchedAt = Stopwatch.GetTimestamp();
        await deployment.StartAsync();
        using var stop = new CancellationTokenSource();
        var supervising = SuperviseAsync(stop.Token);
        await ServesAsync("the start", "it started", launchedAt);

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
            await ServesAsync("all was killed", "everything was killed and started again", Stopwatch.GetTimestamp());
        }

        var last = new Recorder(_clocks);
        await Probe.AreRefusedAsync(last, _revoked);
        _result.Add(last, deployment.NodesMayDiffer, earlier: [.. _acknowledged, .. _issuerCutoffs]);
        tell($"{name}: {_revoked.Count} tokens of {_acknowledged.Count} acknowledged revocations asked for again on all nodes");
        await stop.CancelAsync();
        await supervising;
        return _result;
    }

    private ServiceProbe Probe => field ??= new ServiceProbe(name, deployment, Violate);

    private async Task RoundAsync(List<PlannedFault> faults, TimeSpan from, TimeSpan to)
    {
        var recorder = new Recorder(_clocks);
        using var stop = new CancellationTokenSource();
        var clients = new SoakClients(deployment, recorder, users, seed + _round, $"{name}-{_round++}").RunAsync(stop.Token);
        var start = _healedAt = Stopwatch.GetTimestamp();
        var running = new List<Task>();
        foreach (var fault in faults)
        {
            await WaitUntilAsync(fault.At - from);
            running.Add(SufferAsync(fault));
        }

        await Task.WhenAll(running);
        if (faults.Count > 0)
            await ServesAsync("faults", $"the faults until {to.TotalSeconds:0} s", Interlocked.Read(ref _healedAt));
        await WaitUntilAsync(to - from);
        await stop.CancelAsync();
        await clients;
        await EndAsync(recorder);

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
        Judge(recorder);
        _acknowledged.Clear();
        _revoked.Clear();

        // They promise nothing any more; but one that was written after the flush, and not acknowledged, is still there.
        List<Call> cutoffs = [.. _issuerCutoffs.Select(cutoff => cutoff with { Outcome = Outcome.Unknown })];
        _issuerCutoffs.Clear();
        _issuerCutoffs.AddRange(cutoffs);

        var start = Stopwatch.GetTimestamp();
        await initialize();
        tell($"{name}: initialize took {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        await ServesAsync("a flush", "a flush and initialize", Stopwatch.GetTimestamp());
    }

    private async Task SufferAsync(PlannedFault fault)
    {
        List<SemaphoreSlim> machines = [.. fault.Fault.Touches.Order(StringComparer.Ordinal).Select(name => _machines.GetOrAdd(name, _ => new SemaphoreSlim(1, 1)))];
        foreach (var machine in machines)
            await machine.WaitAsync();
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

        machines.ForEach(machine => machine.Release());

        // The last one's time is what counts: one after the other, whoever is later.
        Interlocked.Exchange(ref _healedAt, Stopwatch.GetTimestamp());
    }

    private async Task EndAsync(Recorder recorder)
    {
        List<Call> acknowledged = [.. recorder.Calls.Where(call => call is { Reach: not null, Outcome: Outcome.Yes })];
        List<IssuedToken> revoked = [.. recorder.Calls.Select(call => call.Token).Distinct().Where(token => acknowledged.Exists(call => call.Covers(token)))];
        await Probe.AreRefusedAsync(recorder, revoked);
        _acknowledged.AddRange(acknowledged);
        _revoked.AddRange(revoked);
        Judge(recorder);
        foreach (var violation in _result.Violations.Skip(_told).Take(10))
            tell($"{name}: VIOLATION: {violation.Split('\n')[0]}");
        _told = _result.Violations.Count;
    }

    private async Task ServesAsync(string after, string when, long since)
    {
        var recorder = new Recorder(_clocks);
        var recoveries = await Probe.ServesAsync(recorder, after, when, since);
        _result.Recoveries.AddRange(recoveries);
        tell($"{name}: after {when}: {string.Join(", ", recoveries)}");
        Judge(recorder);
    }

    private void Judge(Recorder recorder)
    {
        _result.Add(recorder, deployment.NodesMayDiffer, earlier: _issuerCutoffs);
        _issuerCutoffs.AddRange(recorder.Calls.Where(call => call.Reach == Reach.Issuer));
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
                    _result.Ended++;
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
        lock (_result.Faults)
            _result.Faults[fault.Fault.Label] = _result.Faults.GetValueOrDefault(fault.Fault.Label) + 1;
    }

    private void Violate(string violation)
    {
        tell($"{name}: VIOLATION: {violation}");
        lock (_result.Violations)
            _result.Violations.Add(violation);
    }
}
