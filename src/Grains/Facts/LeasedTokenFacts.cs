using Curfew.Index;

namespace Curfew.Grains;

// What a process under a lease knows that could concern one token: the user's facts from its index, and the cutoffs it holds.
internal readonly struct LeasedTokenFacts(TokenIdentity token, IndexedFacts user, HeldCutoffs cutoffs) : IFactLookup
{
    public bool TryGet(FactKind kind, string id, out long number) =>
        kind is FactKind.ClientCutoff or FactKind.IssuerCutoff
            ? cutoffs.TryGet(token, kind, id, out number)
            : user.TryGet(kind, id, out number);
}
