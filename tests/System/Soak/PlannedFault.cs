using System.Globalization;

namespace Curfew.System.Tests.Soak;

/// <summary>A fault that a deployment can suffer.</summary>
/// <param name="Target">The machine, such as <c>silo-1</c>.</param>
/// <param name="Touches">The machines that must be under no other fault meanwhile.</param>
internal sealed record PossibleFault(FaultKind Kind, string Target, IReadOnlyList<string> Touches)
{
    /// <summary>What is counted as one kind: the same fault at the same role.</summary>
    public string Label => $"{Kind} {Target.Split('-')[0]}";
}

/// <summary>A fault and when it is to come, from the start of the run.</summary>
internal sealed record PlannedFault(TimeSpan At, PossibleFault Fault, TimeSpan Duration)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{At.TotalSeconds,7:0.0} s  {Fault.Kind} {Fault.Target} for {Duration.TotalSeconds:0.0} s");
}
