using Curfew.System.Tests.History;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Soak;

/// <summary>
/// A short part of <c>./test.sh soak</c>: real processes under clients and a few faults, and no rule of the history broken (guarantees
/// G1, G2, G5). However slow the machine is, only what breaks a rule fails.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    [Fact]
    public Task Embedded() => HoldsAsync(
        "embedded", new EmbeddedDeployment(), TimeSpan.FromSeconds(6),
        Fault(1, FaultKind.Pause, "api-1", 1), Fault(3, FaultKind.FullDisk, "api-1", 1), Fault(5, FaultKind.Kill, "api-1", 0.5));

    // Nodes of both consistencies ask the same silos. The faults are those that a lease is about, and last longer than one.
    // Red when ProcessLease answers without IsLive: nodes that were paused accepted, when they went on, what was logged out meanwhile.
    [Fact]
    public Task ClusterStrictAndLeased() => HoldsAsync(
        "cluster", new ClusterDeployment(["strict", "leased", "leased"], TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(10),
        Fault(1, FaultKind.Pause, "api-2", 2.5), Fault(2, FaultKind.CutFromRedis, "api-3", 3), Fault(5, FaultKind.Pause, "silo-1", 1.2),
        Fault(6, FaultKind.Pause, "api-2", 0.5), Fault(7, FaultKind.Pause, "api-3", 2.5), Fault(8, FaultKind.Kill, "api-1", 0.5));

    private async Task HoldsAsync(string name, Deployment deployment, TimeSpan length, params PlannedFault[] schedule)
    {
        await using var _ = deployment;
        var possible = schedule.Where(planned => deployment.Faults.Any(fault => fault.Label == planned.Fault.Label));
        var result = await new SoakRun(name, deployment, possible, seed: 1, output.WriteLine, users: 5).RunAsync(length, length, killsAllAtTheEnd: false);
        output.WriteLine(SoakReport.Tables([result]));
        Assert.True(result.Violations.Count == 0, string.Join('\n', result.Violations.Take(5)));
        Assert.True(result.FaultCount > 0);
        foreach (var operation in (Operation[])[Operation.Logout, Operation.Revocation, Operation.ClientCutoff])
            Assert.Contains(result.Operations, pair => pair.Key == (operation, Answer.Done));
    }

    private static PlannedFault Fault(double at, FaultKind kind, string target, double seconds) =>
        new(TimeSpan.FromSeconds(at), new PossibleFault(kind, target, [target]), TimeSpan.FromSeconds(seconds));
}
