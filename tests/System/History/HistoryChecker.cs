namespace Curfew.System.Tests.History;

/// <summary>What is wrong with a history: the rule, the check that shows it and the call that it contradicts.</summary>
internal sealed record Violation(string Rule, Call Check, Call? Against);

/// <summary>
/// Decides whether a history is linearizable for each token's register, which goes from "valid" to "revoked" once and never back.
/// A call takes effect at some instant between its start and its end, an unacknowledged revocation there, later, or never. So it
/// isn't linearizable exactly when one of three rules is broken, and each needs no search: a register that moves one way leaves
/// no orders to try.
/// </summary>
internal static class HistoryChecker
{
    public const string AcceptedAfterLogout = "accepted after an acknowledged logout had ended";
    public const string AcceptedAfterRefusal = "accepted after a check had found it revoked";
    public const string RefusedWithoutLogout = "revoked before any logout that covers it had begun";

    /// <param name="history">What was recorded.</param>
    /// <param name="nodesMayDiffer">
    /// Whether nodes answer from memories of their own (leased checks): while a logout isn't acknowledged yet, one of them may refuse
    /// a token that another still accepts. One node's own answers never go back.
    /// </param>
    public static IReadOnlyList<Violation> Check(IEnumerable<Call> history, bool nodesMayDiffer = false)
    {
        var calls = history.ToList();
        var revocations = new Revocations(calls);

        // A logout that is refused found the token revoked, as a check does; an operator's says nothing of the token that it is about.
        var logoutsBy = calls.Where(call => call.Reach is not null && !call.ByOperator).ToLookup(call => call.Token.Id);
        var violations = new List<Violation>();
        foreach (var token in calls.Where(call => call.Reach is null).GroupBy(call => call.Token))
        {
            var mayCover = revocations.ThatMayCover(token.Key);
            var acknowledged = mayCover.Where(revocation => revocation.Outcome == Outcome.Yes && revocation.Covers(token.Key)).MinBy(revocation => revocation.End);
            var begun = mayCover.MinBy(revocation => revocation.Start);
            var refusals = token.Concat(logoutsBy[token.Key.Id])
                .Where(call => call.Outcome == Outcome.No).ToList();
            var refusedFirst = refusals.MinBy(call => call.End);
            var refusedBy = refusals.GroupBy(call => call.Node).ToDictionary(node => node.Key, node => node.MinBy(call => call.End));
            foreach (var check in token.Where(check => check.Outcome == Outcome.Yes))
            {
                var refused = nodesMayDiffer ? refusedBy.GetValueOrDefault(check.Node) : refusedFirst;
                if (acknowledged is not null && check.Start > acknowledged.End)
                    violations.Add(new(AcceptedAfterLogout, check, acknowledged));
                else if (refused is not null && check.Start > refused.End)
                    violations.Add(new(AcceptedAfterRefusal, check, refused));
            }

            violations.AddRange(refusals.Where(refusal => begun is null || refusal.End < begun.Start)
                .Select(refusal => new Violation(RefusedWithoutLogout, refusal, begun)));
        }

        return violations;
    }

    // By what they are about, so that not every one is looked at for every token.
    private sealed class Revocations(IEnumerable<Call> calls)
    {
        private readonly ILookup<(string Issuer, string? User, string? Client), Call> _byTarget = calls.Where(call => call.Reach is not null)
            .ToLookup(call => call.Reach switch
            {
                Reach.Client => (call.Token.Issuer, null, call.Client),
                Reach.Issuer => (call.Token.Issuer, null, null),
                _ => (call.Token.Issuer, (string?)call.Token.User, (string?)null),
            });

        public List<Call> ThatMayCover(IssuedToken token) =>
        [
            .. _byTarget[(token.Issuer, token.User, null)]
                .Concat(_byTarget[(token.Issuer, null, null)])
                .Concat(((string?[])[token.ClientId, token.AuthorizedParty]).OfType<string>().Distinct().SelectMany(client => _byTarget[(token.Issuer, null, client)]))
                .Where(revocation => revocation.MayCover(token) || MayBeEverywhere(revocation)),
        ];

        // "Log out the others" on the word of a token that is cut off meanwhile logs out everywhere (docs/decisions/2026-11-22-exemptions.md).
        private bool MayBeEverywhere(Call others) => others.Reach == Reach.Others
            && _byTarget[(others.Token.Issuer, others.Token.User, null)].Any(cutoff => cutoff != others
                && cutoff.Reach is Reach.Everything or Reach.Others && cutoff.MayCover(others.Token) && cutoff.Start < others.End);
    }
}
