using System.Diagnostics;
using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>What a run came to.</summary>
internal sealed class SoakResult(string name)
{
    public string Name => name;

    /// <summary>What was asked, by how it was answered.</summary>
    public SortedDictionary<(Operation Operation, Answer Answer), int> Operations { get; } = [];

    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    public List<string> Violations { get; } = [];

    /// <summary>How often a token was accepted after what was acknowledged to revoke it.</summary>
    public SortedDictionary<Operation, int> Outlived { get; } = [];

    /// <summary>How long the nodes needed until they served again.</summary>
    public List<Recovery> Recoveries { get; } = [];

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
        foreach (var violation in HistoryChecker.Check(history, nodesMayDiffer))
        {
            Violations.Add(Tell(violation, history));
            if (violation is { Rule: HistoryChecker.AcceptedAfterLogout, Against.Operation: var operation })
                Outlived[operation] = Outlived.GetValueOrDefault(operation) + 1;
        }
    }

    // With all that happened to the user, in order: whoever reads it looks for the cause.
    private static string Tell(Violation violation, IEnumerable<Call> history)
    {
        var token = violation.Check.Token;
        var around = history.Where(call => call.MayCover(token) || (call.Token.User == token.User && call.Token.Issuer == token.Issuer)).OrderBy(call => call.Start);
        return string.Join(
            "\n    ",
            [$"{violation.Rule}: {Tell(violation.Check)}", $"against {(violation.Against is { } against ? Tell(against) : "nothing")}", .. around.Select(Tell)]);
    }

    private static string Tell(Call call)
    {
        var what = call.Reach is { } reach ? $"{(call.ByOperator ? "operator's " : "")}{reach}{(call.Client is { } client ? $" {client}" : "")}" : "check";
        var token = call.Token;
        return $"{Milliseconds(call.Start),12:0.0} to {Milliseconds(call.End):0.0} ms {what}{(call.Before is { } before ? $" before {before}" : "")} at {call.Node}, "
            + $"token {token.Id[^6..]} of {token.Issuer}/{token.User}/{token.Session} for {token.ClientId}/{token.AuthorizedParty}, iat {token.IssuedAt}, issued by "
            + $"{Milliseconds(token.IssuedBy):0.0}: {call.Outcome}{(call.ClocksDiffer ? ", clocks differ" : "")}";
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
