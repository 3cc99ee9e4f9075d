namespace Curfew.Leases.Model;

/// <summary>
/// One schedule: some seconds of chaos, then calm in which one process may stay dead. Safety is judged throughout, liveness
/// in the calm.
/// </summary>
internal sealed class Schedule
{
    public const int Keys = 2;
    public static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Chaos = TimeSpan.FromSeconds(11);

    private readonly World _world;
    private readonly ulong[] _acknowledged = new ulong[Keys];
    private int _facts;

    private Schedule(World world) => _world = world;

    /// <summary>The first check that accepted what was logged out before it started.</summary>
    public string? Violation { get; private set; }

    /// <summary>What wasn't done in time in the calm.</summary>
    public string? Stuck { get; private set; }

    public static (Schedule Outcome, Counts Counts) Run(int seed, Mutation mutation)
    {
        var world = new World(seed, mutation);
        var schedule = new Schedule(world);
        schedule.Play();
        return (schedule, world.Counts);
    }

    private void Play()
    {
        var simulation = _world.Simulation;
        foreach (var silo in _world.Silos) silo.Start();
        foreach (var node in _world.Nodes) node.Start();
        if (simulation.Chance(0.7))
        {
            _world.Network.Loss = simulation.Double(0, 0.15);
            _world.Network.Slow = simulation.Double(0, simulation.Chance(0.2) ? 0.5 : 0.1);
            _world.Network.Duplicates = simulation.Double(0, 0.1);
        }

        for (var i = 0; i < 40; i++) simulation.At(simulation.Between(0, Chaos.TotalSeconds), Check);
        for (var i = 2 + simulation.Pick(5); i > 0; i--) simulation.At(simulation.Between(0.1, Chaos.TotalSeconds - 1), () => LogOut(null));
        for (var i = simulation.Pick(4); i > 0; i--) simulation.At(simulation.Between(0, Chaos.TotalSeconds), Disturb);
        simulation.Run(Chaos);
        if (Violation is null) Calm();
    }

    private void Disturb()
    {
        var simulation = _world.Simulation;
        ModelProcess process = simulation.Chance(0.5)
            ? _world.Silos[simulation.Pick(_world.Silos.Count)]
            : _world.Nodes[simulation.Pick(_world.Nodes.Count)];
        switch (simulation.Pick(12))
        {
            case 0 or 1 or 2: process.Pause(simulation.Between(0.2, 7), suspend: false); break;
            case 3 or 4: process.Pause(simulation.Between(0.2, 7), suspend: true); break;
            case 5 or 6: process.Crash(simulation.Between(0.1, 4)); break;
            case 7: process.StepWallClock(simulation.Between(0, 3)); break;
            case 8 or 9 or 10: Restart(); break;
            case 11: Flush(); break;
        }
    }

    private void Restart()
    {
        var simulation = _world.Simulation;
        var downFor = simulation.Between(0, 1.5);
        _world.Store.Restart(downFor);
        if (simulation.Chance(0.5)) return;

        // A logout that one holder doesn't hear of, and a copy of that holder's take which arrives just then.
        var victim = _world.Leased[simulation.Pick(_world.Leased.Count)];
        victim.DeafUntil = simulation.Now + downFor + TimeSpan.FromSeconds(4);
        simulation.After(downFor + simulation.Between(0, 0.1), () => LogOut(null));
        simulation.After(downFor + simulation.Between(0.01, 0.4), victim.RepeatTake);
    }

    private void Flush()
    {
        var simulation = _world.Simulation;
        var initialisedAfter = simulation.Chance(0.5) ? simulation.Between(0.001, 0.02) : simulation.Between(0.5, 4);
        _world.Store.Flush(initialisedAfter);
        for (var i = 0; i < 10; i++) simulation.After(simulation.Between(0, 0.02), Check);
    }

    // The network fails just when it hurts: while a logout is under way.
    private void FailAround()
    {
        var simulation = _world.Simulation;
        var victim = _world.Leased[simulation.Pick(_world.Leased.Count)];
        var from = simulation.Between(0, 0.6);
        var duration = simulation.Between(0.5, 6);
        if (simulation.Chance(0.5)) victim.DeafUntil = simulation.Now + duration;
        if (simulation.Chance(0.5)) victim.AnsweredLateUntil = simulation.Now + from;
        victim.IsCutOffOutboundOnly = simulation.Chance(0.5);
        simulation.After(from, () => victim.CutOffUntil = simulation.Now + duration);
    }

    private void Check()
    {
        var key = _world.Simulation.Pick(Keys);
        Check(_world.Nodes[_world.Simulation.Pick(_world.Nodes.Count)], key, _ => { });
    }

    private void Check(ApiNode node, int key, Action<ulong?> done)
    {
        if (node.IsCrashed) return;
        node.Receives(() =>
        {
            _world.Counts.Checks++;
            var started = _world.Simulation.Now;
            var mustKnow = _acknowledged[key];
            node.Request(key, seen =>
            {
                done(seen);
                if (seen is { } facts && (mustKnow & ~facts) != 0)
                    Violation ??= $"A check that started at {started} accepted, at {_world.Simulation.Now}, a token logged out before.";
            });
        })();
    }

    private void LogOut(Action? done)
    {
        var simulation = _world.Simulation;
        var key = simulation.Pick(Keys);
        var fact = 1UL << _facts++;
        if (simulation.Chance(0.3)) FailAround();
        var node = _world.Nodes[simulation.Pick(_world.Nodes.Count)];
        node.Receives(() => node.LogOut(key, fact, () =>
        {
            _acknowledged[key] |= fact;
            _world.Counts.Acknowledged++;
            done?.Invoke();
            foreach (var each in _world.Nodes)
            {
                // Right away, after what is in flight arrived, and after a pause.
                simulation.After(TimeSpan.Zero, () => Check(each, key, _ => { }));
                simulation.After(simulation.Between(0, 0.01), () => Check(each, key, _ => { }));
                simulation.After(simulation.Between(0, 0.5), () => Check(each, key, _ => { }));
                simulation.After(simulation.Between(0.2, 5), () => Check(each, key, _ => { }));
            }
        }))();
    }

    private void Calm()
    {
        var simulation = _world.Simulation;
        _world.IsChaotic = false;
        _world.Network.Loss = _world.Network.Slow = _world.Network.Duplicates = 0;

        // What the chaos left behind (messages, pauses, a store that is down) is over after this.
        simulation.Run(Chaos + TimeSpan.FromSeconds(8));
        ModelProcess? dead = simulation.Pick(3) switch
        {
            0 => _world.Silos[^1],
            1 => _world.Nodes[^1],
            _ => null,
        };
        dead?.Crash(TimeSpan.FromHours(1));
        var silos = _world.Silos.Where(silo => !silo.IsCrashed).ToList();
        var fact = 1UL << _facts++;
        var acknowledged = false;
        silos[0].Receives(() => silos[0].LogOut(0, fact, () => acknowledged = true))();

        var options = _world.Options;
        var bound = (options.ConfirmWithin + options.WaitOut + TimeSpan.FromSeconds(0.2)) / (1 - _world.Drift);
        simulation.Run(simulation.Now + bound);
        if (!acknowledged)
        {
            Stuck = $"A logout in the calm wasn't acknowledged within {bound}.";
            return;
        }

        _acknowledged[0] |= fact;
        var answered = false;
        Check(_world.Nodes[0], 0, seen => answered = seen is not null);
        simulation.Run(simulation.Now + AskTimeout * 4);
        if (!answered && Violation is null && dead is null) Stuck = "A check in the calm wasn't answered.";
    }
}
