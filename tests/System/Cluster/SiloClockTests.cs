using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>A silo whose wall clock is set while it runs.</summary>
public sealed class SiloClockTests
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    // Longer than Orleans's own look at the table takes to come again: that is under way, and ends by the clock, when the clock is set back.
    private static readonly TimeSpan WhileAhead = TimeSpan.FromSeconds(10);

    // Far less than the clock is set back, far more than it takes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Red without MembershipRefresh: it serves on for ten minutes.
    [ClockFact]
    public async Task ASilo_ThatWasTakenForDead_EndsItself_ThoughItsClockWasSetBack()
    {
        using var directory = new TemporaryDirectory();
        var clock = WallClock.TryCreate(directory.Path, "silo")!;
        await using var cluster = CurfewCluster.Create();
        await cluster.Redis.StartAsync();
        await cluster.InitializeAsync();
        cluster.LaunchSilo();
        await using var silo = SiloProcess.Launch(Machine.This(clock), Repository.Program("Silo", "Curfew.Silo"), cluster.DataDirectory, cluster.Settings);
        await cluster.ReadyAsync();
        await silo.ReadyAsync();

        clock.Step(Ahead);
        await Task.Delay(WhileAhead, TimeProvider.System);
        clock.Step(TimeSpan.Zero);
        await Task.Delay(2 * WallClock.SeenWithin, TimeProvider.System);
        silo.Process.Signal("STOP");
        await cluster.Silos[0].Process.UntilAsync(async () => !await cluster.IsActiveAsync(silo), "the silo taken for dead");
        silo.Process.Signal("CONT");
        Assert.NotEqual(0, await silo.Process.ExitAsync().WaitAsync(Patience, TimeProvider.System));
        WallClock.CleanUp();
    }
}
