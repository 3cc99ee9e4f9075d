using System.Text;
using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>Tables for people, and the line that counts.</summary>
internal static class SoakReport
{
    public static string Tables(IReadOnlyList<SoakResult> results)
    {
        var text = new StringBuilder();
        Table(text, "faults", results, [.. results.SelectMany(result => result.Faults.Keys).Distinct().Order(StringComparer.Ordinal)],
            (result, row) => $"{result.Faults.GetValueOrDefault(row)}");
        Table(text, "operations", results,
            [.. results.SelectMany(result => result.Operations.Keys).Distinct().Order().Select(Label)],
            (result, row) => $"{result.Operations.Where(pair => Label(pair.Key) == row).Sum(pair => pair.Value)}");
        Table(text, "served again, s: median, longest", results, [.. results.SelectMany(Recoveries).Select(recovery => recovery.Row).Distinct()],
            (result, row) => Recoveries(result).FirstOrDefault(recovery => recovery.Row == row).Seconds ?? "");
        Table(text, "accepted after an acknowledged", results, [.. results.SelectMany(result => result.Outlived.Keys).Distinct().Order().Select(Label)],
            (result, row) => $"{result.Outlived.Where(pair => Label(pair.Key) == row).Sum(pair => pair.Value)}");
        Table(text, "seen", results, ["violations", "silos that ended by themselves"],
            (result, row) => $"{(row == "violations" ? result.Violations.Count : result.Ended)}");
        return text.ToString();
    }

    /// <summary>One line over all runs; <paramref name="what"/> is <c>soak</c> or <c>control</c>.</summary>
    public static string Line(string what, IReadOnlyList<SoakResult> results) =>
        $"{what}: {results.Sum(result => result.OperationCount)} operations, {results.Sum(result => result.FaultCount)} faults, "
        + $"{results.Sum(result => result.Violations.Count)} violations";

    private static IEnumerable<(string Row, string Seconds)> Recoveries(SoakResult result) =>
        from recovery in result.Recoveries
        group recovery by recovery.After into same
        from summary in Recovery.Summaries([.. same])
        where summary.Seconds.Length > 0
        select ($"after {same.Key}: {summary.Step}", summary.Seconds);

    private static string Label((Operation Operation, Answer Answer) asked) => $"{Label(asked.Operation)}: " + asked.Answer switch
    {
        Answer.Done => asked.Operation == Operation.Check ? "accepted" : "acknowledged",
        Answer.Revoked => "revoked",
        Answer.Unavailable => "503",
        Answer.None => "no answer",
        Answer.Untimely => "refused by a clock that is off",
        _ => "an error",
    };

    private static string Label(Operation operation) => operation switch
    {
        Operation.Check => "check",
        Operation.Logout => "logout",
        Operation.Revocation => "operator's revocation",
        Operation.ClientCutoff => "client cutoff",
        _ => "issuer cutoff",
    };

    private static void Table(StringBuilder text, string title, IReadOnlyList<SoakResult> results, IReadOnlyList<string> rows, Func<SoakResult, string, string> cell)
    {
        if (rows.Count == 0)
            return;
        text.Append($"| {title} |").AppendLine(string.Concat(results.Select(result => $" {result.Name} |")));
        text.Append("|---|").AppendLine(string.Concat(results.Select(_ => "---:|")));
        foreach (var row in rows)
            text.Append($"| {row} |").AppendLine(string.Concat(results.Select(result => $" {cell(result, row)} |")));
        text.AppendLine();
    }
}
