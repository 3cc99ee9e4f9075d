namespace Curfew.Grains;

// What a user's grain knows that could concern one token: the user's own facts, and the cutoffs that its silo holds.
internal readonly struct TokenFacts(TokenIdentity token, FactSet user, HeldCutoffs cutoffs) : IFactLookup
{
    public bool TryGet(FactKind kind, string id, out long number)
    {
        switch (kind)
        {
            case FactKind.ClientCutoff:
                // Judge asks for both clients by their own names; equal names have equal cutoffs.
                number = id == token.ClientId ? cutoffs.Client : cutoffs.AuthorizedParty;
                return number != HeldCutoffs.None;
            case FactKind.IssuerCutoff:
                number = cutoffs.Issuer;
                return number != HeldCutoffs.None;
            default:
                var found = user.TryGet(new FactId(kind, id), out var fact);
                number = fact?.Number ?? 0;
                return found;
        }
    }
}
