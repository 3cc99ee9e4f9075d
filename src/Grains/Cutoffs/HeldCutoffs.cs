namespace Curfew.Grains;

// The cutoffs beyond the user's own that could concern one token; long.MinValue where there is none.
internal readonly record struct HeldCutoffs(long Client, long AuthorizedParty, long Issuer)
{
    public const long None = long.MinValue;

    public bool TryGet(TokenIdentity token, FactKind kind, string id, out long number)
    {
        // Judge asks for both clients by their own names; equal names have equal cutoffs.
        number = kind == FactKind.IssuerCutoff ? Issuer
            : id == token.ClientId ? Client
            : AuthorizedParty;
        return number != None;
    }
}
