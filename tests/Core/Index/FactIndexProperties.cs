using Curfew.Index;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Curfew.Tests;

/// <summary>
/// The index gives the verdict that grains give. Seen red: with the user's facts scoped by the issuer alone (the same
/// session below two subjects), with the kind left out of the key, with a value that is replaced and not merged, with a
/// filter that is not written, with keys that a copied token keeps, and with keys that count in a token's equality.
/// </summary>
[Properties(Arbitrary = [typeof(World), typeof(IssuerProperties)], MaxTest = 2000, QuietOnSuccess = true)]
public sealed class FactIndexProperties
{
    [Property]
    public bool Check_IsTheVerdictOfTheGrains(
        TokenIdentity sample, UserKey mine, UserKey other, Curfew.Fact[] facts, Curfew.Fact[] others, bool sameIssuer)
    {
        if (sameIssuer)
            other = new UserKey(mine.Issuer, other.Subject);
        var token = Sample.Token(sample.Id.ToString()["jti:".Length..], sample.Session, sample.IssuedAt, 5, sample.AuthTime,
            sample.ClientId, sample.AuthorizedParty, mine.Issuer, mine.Subject);
        var store = new FactStore();
        var index = new FactIndex();
        foreach (var (user, list) in new[] { (mine, facts), (other, others) })
        {
            store.Add(user, list);
            AddTo(index, user, list);
        }

        return index.Check(token) == store.Decide(token)
            && Judge.Decide(token, index.For(token)) == store.Decide(token);
    }

    [Property]
    public bool CopyOfAToken_IsJudgedByItsOwnClaims(TokenIdentity token, Curfew.Fact[] facts)
    {
        var index = new FactIndex();
        AddTo(index, token.User, facts);
        var before = index.Check(token);
        var copy = token with { Session = "s1", ClientId = "c1" };
        var fresh = Sample.Token(token.Id.ToString()["jti:".Length..], "s1", token.IssuedAt, token.Expires - token.IssuedAt,
            token.AuthTime, "c1", token.AuthorizedParty);
        return index.Check(copy) == index.Check(fresh) && index.Check(token) == before
            && copy == fresh && copy.GetHashCode() == fresh.GetHashCode();
    }

    private static void AddTo(FactIndex index, UserKey user, Curfew.Fact[] facts)
    {
        static bool IsCutoff(Curfew.Fact fact) => fact.Id.Kind is FactKind.ClientCutoff or FactKind.IssuerCutoff;
        index.Add(user, facts.Where(fact => !IsCutoff(fact)));
        foreach (var cutoff in facts.Where(IsCutoff))
            index.AddCutoff(user.Issuer, cutoff);
    }
}
