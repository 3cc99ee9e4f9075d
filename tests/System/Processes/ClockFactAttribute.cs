namespace Curfew.System.Tests.Processes;

/// <summary>A test that steps a process's wall clock; skipped where that can't be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClockFactAttribute : FactAttribute
{
    public ClockFactAttribute() => Skip = WallClock.Obstacle;
}
