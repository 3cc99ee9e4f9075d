using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Curfew.Tests;

/// <summary>
/// Two issuers never affect each other: facts stored under the keys of grains. Seen red: with a ScopedKey that joins
/// its parts with a bar and encodes nothing.
/// </summary>
[Properties(Arbitrary = [typeof(World), typeof(IssuerProperties)], MaxTest = 1000, QuietOnSuccess = true)]
public sealed class IssuerProperties
{
    // Texts that run into each other where a key is put together carelessly.
    private static readonly string[] Texts = ["a", "a|", "|a", "ü"];

    public static Arbitrary<UserKey> Users() => (
        from issuer in Gen.Elements(Texts)
        from subject in Gen.Elements(Texts)
        select new UserKey(issuer, subject)).ToArbitrary();

    [Property]
    public bool FactsOfAnotherIssuer_ChangeNoVerdict(
        UserKey mine, UserKey other, TokenIdentity sample, Curfew.Fact[] facts, Curfew.Fact[] others)
    {
        if (mine.Issuer == other.Issuer)
            return true;
        var token = Sample.Token(sample.Id.ToString()["jti:".Length..], sample.Session, sample.IssuedAt, 5, sample.AuthTime,
            sample.ClientId, sample.AuthorizedParty, mine.Issuer, mine.Subject);
        var store = new FactStore();
        store.Add(mine, facts);
        var before = Judge.Decide(token, new FactStore.Lookup(store, token));
        store.Add(other, others);
        return Judge.Decide(token, new FactStore.Lookup(store, token)) == before;
    }
}
