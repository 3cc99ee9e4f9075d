namespace Curfew;

/// <summary>
/// Where the verdict finds the few facts that could concern a token. Implemented by structs over what a grain or an
/// index holds, so that a verdict allocates nothing.
/// </summary>
public interface IFactLookup
{
    /// <summary>Whether there is such a fact about the token's user, client or issuer, and its number.</summary>
    /// <param name="kind">The kind of fact.</param>
    /// <param name="id">The token id, session or client that it would be about; empty for a cutoff of user or issuer.</param>
    /// <param name="number">The fact's number.</param>
    bool TryGet(FactKind kind, string id, out long number);
}
