namespace Curfew.Leases.Model;

/// <summary>A process that may pause between any two steps, be suspended with its machine, crash, and has clocks of its own.</summary>
internal abstract class ModelProcess
{
    private readonly double _rate;
    private readonly TimeSpan _offset;
    private TimeSpan _pausedUntil;
    private TimeSpan _suspended;
    private TimeSpan _wallStep;
    private int _life;

    protected ModelProcess(World world)
    {
        World = world;
        // A fast or a slow clock more often than one in between: the extremes are where margins count.
        var drift = world.Drift;
        _rate = world.Simulation.Pick(3) switch { 0 => 1 - drift, 1 => 1 + drift, _ => world.Simulation.Double(1 - drift, 1 + drift) };
        _offset = world.Simulation.Between(0, 1000);
    }

    public bool IsCrashed { get; private set; }

    protected World World { get; }

    protected Simulation Simulation => World.Simulation;

    public ClockReading Clock()
    {
        var monotonic = _offset + (Simulation.Now - _suspended) * _rate;
        var wall = _offset + Simulation.Now * _rate + _wallStep;
        return new(monotonic, World.Mutation == Mutation.LeaseCountedByMonotonicTimeAlone ? monotonic : wall);
    }

    public void Pause(TimeSpan duration, bool suspend)
    {
        var from = Simulation.Now > _pausedUntil ? Simulation.Now : _pausedUntil;
        var until = Simulation.Now + duration;
        if (until <= from) return;
        _pausedUntil = until;
        if (suspend) _suspended += until - from;
    }

    /// <summary>Cut off from the store, while clients still reach it.</summary>
    public TimeSpan CutOffUntil { get; set; }

    public bool IsCutOffOutboundOnly { get; set; }

    /// <summary>The store's answers are underway for long.</summary>
    public TimeSpan AnsweredLateUntil { get; set; }

    /// <summary>Hears no announcements, while all else works.</summary>
    public TimeSpan DeafUntil { get; set; }

    private bool IsCutOff => Simulation.Now < CutOffUntil;

    public void StepWallClock(TimeSpan forward) => _wallStep += forward;

    public void Crash(TimeSpan restartAfter)
    {
        IsCrashed = true;
        var life = ++_life;
        Simulation.After(restartAfter, () =>
        {
            if (life != _life) return;
            IsCrashed = false;
            Start();
        });
    }

    public abstract void Start();

    /// <summary>What is sent from here, and runs there only if that process still lives then.</summary>
    public Action Receives(Action action)
    {
        var life = _life;
        return () => Run(life, action);
    }

    /// <summary>A step of this process, after a while of its own time.</summary>
    protected void After(TimeSpan delay, Action action)
    {
        var life = _life;
        Simulation.After(delay / _rate, () => Run(life, action));
    }

    /// <summary>The next step: the process may be paused before it, with its last reading of the clock in hand.</summary>
    protected void Then(Action action)
    {
        if (World.IsChaotic && Simulation.Chance(0.01)) Pause(Simulation.Between(0.1, 7), Simulation.Chance(0.5));
        After(Simulation.Between(0, 0.0002), action);
    }

    /// <summary>Asks the store. Exactly one of the two callbacks runs, unless the process dies.</summary>
    protected void Ask<T>(Func<T> atStore, Action<T> answered, Action lost, TimeSpan? timeout = null)
    {
        var isDone = false;
        World.Network.Send(() =>
        {
            if (World.Store.IsDown || IsCutOff) return;
            var answer = atStore();
            var arrive = Receives(() =>
            {
                if (isDone || (IsCutOff && !IsCutOffOutboundOnly)) return;
                isDone = true;
                answered(answer);
            });
            if (Simulation.Now < AnsweredLateUntil) Simulation.After(Simulation.Between(0.2, 2), arrive);
            else World.Network.Send(arrive);
        });
        After(timeout ?? Schedule.AskTimeout, () =>
        {
            if (isDone) return;
            isDone = true;
            lost();
        });
    }

    private void Run(int life, Action action)
    {
        if (life != _life || IsCrashed) return;
        if (Simulation.Now < _pausedUntil) Simulation.At(_pausedUntil + Simulation.Between(0, 0.0005), () => Run(life, action));
        else action();
    }
}
