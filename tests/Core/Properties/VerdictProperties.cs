using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Curfew.Tests;

/// <summary>
/// What the verdict promises whatever the facts are. Seen red: with a merge that takes the newer fact as it is (both
/// order and un-revoking), with exemptions that know no cutoff, and with client cutoffs that know exemptions.
/// </summary>
[Properties(Arbitrary = [typeof(World)], MaxTest = 2000, QuietOnSuccess = true)]
public sealed class VerdictProperties
{
    // Exactly: no fact but an exemption turns a revoked token valid, and an exemption does so only where the user's
    // cutoff was all that revoked it, and only where the exemption names the token or its session and reaches that cutoff.
    [Property]
    public bool AddingAFact_NeverUnRevokes(TokenIdentity token, Curfew.Fact[] facts, Curfew.Fact more)
    {
        var before = Sample.Facts(facts);
        var after = Sample.Facts([.. facts, more]);
        if (before.Decide(token) == Verdict.Valid || after.Decide(token) != Verdict.Valid)
            return true;

        var withoutCutoff = Sample.Facts(facts.Where(fact => fact.Id.Kind != FactKind.UserCutoff));
        before.TryGet(new FactId(FactKind.UserCutoff, ""), out var cutoff);
        return withoutCutoff.Decide(token) == Verdict.Valid
            && (more.Id == new FactId(FactKind.KeptToken, token.Id.ToString())
                || more.Id == new FactId(FactKind.KeptSession, token.Session ?? ""))
            && more.Number >= cutoff!.Number;
    }

    [Property]
    public bool AddingFactsThatExemptNothing_NeverUnRevokes(TokenIdentity token, Curfew.Fact[] facts, Curfew.Fact[] more) =>
        Sample.Facts(facts).Decide(token) == Verdict.Valid
        || Sample.Facts([.. facts, .. more.Where(fact => !fact.IsExemption())]).Decide(token) != Verdict.Valid;

    [Property]
    public bool ClientAndIssuerCutoffs_KnowNoExemption(TokenIdentity token, Curfew.Fact[] facts)
    {
        var without = Sample.Facts(facts.Where(fact => !fact.IsExemption() && fact.Id.Kind != FactKind.UserCutoff));
        var verdict = without.Decide(token);
        return verdict == Verdict.Valid || Sample.Facts(facts).Decide(token) != Verdict.Valid;
    }

    [Property]
    public Property OrderAndRepetition_DontMatter(TokenIdentity token, Curfew.Fact[] facts) =>
        Prop.ForAll(Gen.Shuffle([.. facts, .. facts.Take(3)]).ToArbitrary(), shuffled =>
        {
            var one = Sample.Facts(facts);
            var other = Sample.Facts(shuffled);
            return one.Decide(token) == other.Decide(token)
                && one.Count == other.Count
                && one.Facts.All(fact => other.TryGet(fact.Id, out var same)
                    && (same.Number, same.Expires) == (fact.Number, fact.Expires));
        });

    [Property]
    public bool MergingTwoSets_IsAsAddingAllToOne(TokenIdentity token, Curfew.Fact[] left, Curfew.Fact[] right)
    {
        // What a grain does when its stored version changed underneath, and a node when a fill and a publication meet.
        var merged = Sample.Facts([.. Sample.Facts(left).Facts, .. Sample.Facts(right).Facts]);
        return merged.Decide(token) == Sample.Facts([.. left, .. right]).Decide(token);
    }

    [Property]
    public bool DroppingWhatSurvivesNothing_ChangesNoVerdict(TokenIdentity token, Curfew.Fact[] facts)
    {
        var set = Sample.Facts(facts);
        var before = set.Decide(token);
        set.DropExpired(-1);
        return set.Decide(token) == before;
    }
}
