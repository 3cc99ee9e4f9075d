using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary>A service of real processes that faults are made to, and whoever starts again what ended.</summary>
internal abstract class Deployment : IAsyncDisposable
{
    private readonly List<Member> _members = [];
    private readonly List<PossibleFault> _faults = [];
    private readonly List<string> _missing = [];
    private SoakIssuers? _issuers;

    /// <summary>Whose tokens it accepts.</summary>
    public SoakIssuers Issuers => _issuers ??= new SoakIssuers(DataDirectory);

    public IReadOnlyList<Member> Members => _members;

    public IReadOnlyList<ApiProcess> Apis => [.. _members.Select(member => member.Current).OfType<ApiProcess>()];

    /// <summary>What it can suffer here.</summary>
    public IReadOnlyList<PossibleFault> Faults => _faults;

    /// <summary>What can't be tried here, and why: to be told, not to fail.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>See <see cref="History.HistoryChecker.Check"/>.</summary>
    public virtual bool NodesMayDiffer => false;

    public abstract string DataDirectory { get; }

    /// <summary>Everything is started, and initialized as an operator does it; whether it serves is seen from outside.</summary>
    public abstract Task StartAsync();

    /// <summary>Everything is killed at once, and started again from what is on disk.</summary>
    public abstract Task KillAllAndStartAsync();

    /// <summary>Makes a fault.</summary>
    /// <returns>What ends it.</returns>
    public virtual async Task<Func<Task>> InjectAsync(PlannedFault planned)
    {
        var member = _members.Single(member => member.Name == planned.Fault.Target);
        switch (planned.Fault.Kind)
        {
            case FaultKind.Kill:
                await member.KillAsync();
                return () => Do(member.Launch);
            case FaultKind.Pause:
                var paused = member.Current.Process;
                paused.Signal("STOP");
                return () => Do(() => paused.Signal("CONT"));
            case FaultKind.ClockAhead:
                return StepClock(member, planned, ahead: true);
            case FaultKind.ClockBehind:
                return StepClock(member, planned, ahead: false);
            default:
                throw new ArgumentOutOfRangeException(nameof(planned), planned, "Not a fault of this deployment.");
        }
    }

    /// <summary>Starts what ended by itself, as whatever runs services does, and says which.</summary>
    public IReadOnlyList<string> RestartEnded()
    {
        List<Member> ended = [.. _members.Where(member => member.HasEndedByItself)];
        ended.ForEach(member => member.Launch());
        return [.. ended.Select(member => member.Name)];
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
            await member.DisposeAsync();
        WallClock.CleanUp();
    }

    protected Member Add(string name, Machine machine, Func<IServerProcess> launch)
    {
        _members.Add(new Member(name, machine, launch));
        foreach (var kind in (FaultKind[])[FaultKind.Kill, FaultKind.Pause])
            MayFail(kind, name);
        if (machine.Clock is not null)
        {
            foreach (var kind in (FaultKind[])[FaultKind.ClockAhead, FaultKind.ClockBehind])
                MayFail(kind, name);
        }

        return _members[^1];
    }

    protected void MayFail(FaultKind kind, string target, params string[] touches) =>
        _faults.Add(new PossibleFault(kind, target, touches.Length == 0 ? [target] : touches));

    protected void Lacks(string fault, string? why) => _missing.Add($"{fault}: {why}");

    protected static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    protected ApiProcess LaunchApi(Machine machine, (string Name, string Value)[] settings)
    {
        var api = ApiProcess.Launch(machine, DataDirectory, [.. settings, .. Issuers.Settings]);

        // Longer than any pause: what was asked of a node while it was stopped is what it answers first.
        api.Client.Timeout = TimeSpan.FromSeconds(12);
        return api;
    }

    // One to five minutes, less than what retention has in hand (RetentionMargin).
    private static Func<Task> StepClock(Member member, PlannedFault planned, bool ahead)
    {
        var by = TimeSpan.FromSeconds(60 + planned.At.Ticks % 240);
        member.Machine.Clock!.Step(ahead ? by : -by);
        return () => Do(() => member.Machine.Clock.Step(TimeSpan.Zero));
    }
}
