namespace Curfew.Grains;

// What a user's grain knows that could concern one token: the user's own facts, and the cutoffs that its silo holds.
internal readonly struct TokenFacts(TokenIdentity token, FactSet user, HeldCutoffs cutoffs) : IFactLookup
{
    public bool TryGet(FactKind kind, string id, out long number)
    {
        if (kind is FactKind.ClientCutoff or FactKind.IssuerCutoff)
            return cutoffs.TryGet(token, kind, id, out number);
        var found = user.TryGet(new FactId(kind, id), out var fact);
        number = fact?.Number ?? 0;
        return found;
    }
}
