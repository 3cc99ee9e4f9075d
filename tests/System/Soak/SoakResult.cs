using System.Diagnostics;
using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>What a run came to.</summary>
internal sealed class SoakResult(string name)
{
    public string Name => name;

    /// <summary>Checks and logouts, by how they were answered.</summary>
    public SortedDictionary<(bool IsLogout, Answer Answer), int> Operations { get; } = [];

    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    public List<string> Violations { get; } = [];

    /// <summary>How often a silo ended by itself, as one does that others declared dead.</summary>
    public int Ended { get; set; }

    public int OperationCount => Operations.Values.Sum();

    public int FaultCount => Faults.Values.Sum();

    /// <param name="nodesMayDiffer">See <see cref="HistoryChecker.Check"/>.</param>
    /// <param name="earlier">Logouts from before, which explain what is refused now.</param>
    public void Add(Recorder recorder, bool nodesMayDiffer, IEnumerable<Call>? earlier = null)
    {
        foreach (var (kind, count) in recorder.Tally)
            Operations[kind] = Operations.GetValueOrDefault(kind) + count;
        Violations.AddRange(recorder.Errors);
        List<Call> history = [.. earlier ?? [], .. recorder.Calls];
        Violations.AddRange(HistoryChecker.Check(history, nodesMayDiffer).Select(violation => Tell(violation, history)));
    }

    // With all that happened to the user, in order: whoever reads it looks for the cause.
    private static string Tell(Violation violation, IEnumerable<Call> history)
    {
        var token = violation.Check.Token;
        var around = history.Where(call => call.Token.User == token.User).OrderBy(call => call.Start);
        return string.Join(
            "\n    ",
            [$"{violation.Rule}: {Tell(violation.Check)}", $"against {(violation.Against is { } against ? Tell(against) : "nothing")}", .. around.Select(Tell)]);
    }

    private static string Tell(Call call) =>
        $"{Milliseconds(call.Start),12:0.0} to {Milliseconds(call.End):0.0} ms {call.Reach?.ToString() ?? "check"} at {call.Node}, token {call.Token.Id[^6..]} of "
        + $"{call.Token.User}/{call.Token.Session} issued by {Milliseconds(call.Token.IssuedBy):0.0}: {call.Outcome}{(call.ClocksDiffer ? ", clocks differ" : "")}";

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
