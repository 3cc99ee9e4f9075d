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
    private static readonly string[] Texts = ["a", "a|", "|a", "a|b", "b|a", "b", "%7C", "a%7Cb", "ü", "a/b"];

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
        var store = new Store();
        store.Add(mine, facts);
        var before = Judge.Decide(token, new Store.Lookup(store, token));
        store.Add(other, others);
        return Judge.Decide(token, new Store.Lookup(store, token)) == before;
    }

    private sealed class Store
    {
        private readonly Dictionary<string, FactSet> _grains = [];

        public void Add(UserKey user, Curfew.Fact[] facts)
        {
            foreach (var fact in facts)
            {
                var key = Key(user, fact.Id.Kind, fact.Id.Id);
                if (!_grains.TryGetValue(key, out var set))
                    _grains.Add(key, set = new FactSet());
                set.Add(fact);
            }
        }

        private static string Key(UserKey user, FactKind kind, string id) => kind switch
        {
            FactKind.ClientCutoff => "client " + new ClientKey(user.Issuer, id),
            FactKind.IssuerCutoff => "issuer " + user.Issuer,
            _ => "user " + user,
        };

        public readonly struct Lookup(Store store, TokenIdentity token) : IFactLookup
        {
            public bool TryGet(FactKind kind, string id, out long number)
            {
                Curfew.Fact? fact = null;
                var found = store._grains.TryGetValue(Key(token.User, kind, id), out var set)
                    && set.TryGet(new FactId(kind, id), out fact);
                number = fact?.Number ?? 0;
                return found;
            }
        }
    }
}
