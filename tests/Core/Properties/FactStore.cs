namespace Curfew.Tests;

/// <summary>Facts as grains hold them: a set under the text of each user, client and issuer.</summary>
internal sealed class FactStore
{
    private readonly Dictionary<string, FactSet> _grains = [];

    public Verdict Decide(TokenIdentity token) => Judge.Decide(token, new Lookup(this, token));

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

    public readonly struct Lookup(FactStore store, TokenIdentity token) : IFactLookup
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
