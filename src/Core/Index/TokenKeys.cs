namespace Curfew.Index;

/// <summary>
/// A token's keys in the index, hashed once and remembered with the token: the two scopes at once, those of facts when a
/// scope turns out to have any. Thread-safe: two threads may hash the same, and either's result serves.
/// </summary>
internal sealed class TokenKeys(TokenIdentity token)
{
    private FactKey[]? _ofUser, _ofIssuer;

    public ScopeDigest User { get; } = ScopeDigest.Of(token.User);

    public ScopeDigest Issuer { get; } = ScopeDigest.OfIssuer(token.User.Issuer);

    public FactKey Of(FactKind kind, string id) => kind switch
    {
        FactKind.Token or FactKind.Session or FactKind.UserCutoff or FactKind.KeptToken or FactKind.KeptSession =>
            (Volatile.Read(ref _ofUser) ?? HashUsers())[(int)kind - 1],
        FactKind.UnsparingCutoff => User.Key(kind, ""),
        FactKind.IssuerCutoff => (Volatile.Read(ref _ofIssuer) ?? HashIssuers())[2],
        FactKind.ClientCutoff when ReferenceEquals(id, token.ClientId) => (Volatile.Read(ref _ofIssuer) ?? HashIssuers())[0],
        FactKind.ClientCutoff when ReferenceEquals(id, token.AuthorizedParty) =>
            (Volatile.Read(ref _ofIssuer) ?? HashIssuers())[1],
        _ => Issuer.Key(kind, id),
    };

    private FactKey[] HashUsers()
    {
        var id = token.Id.ToString();
        FactKey[] keys =
        [
            User.Key(FactKind.Token, id),
            token.Session is { } revoked ? User.Key(FactKind.Session, revoked) : default,
            User.Key(FactKind.UserCutoff, ""),
            User.Key(FactKind.KeptToken, id),
            token.Session is { } kept ? User.Key(FactKind.KeptSession, kept) : default,
        ];
        Volatile.Write(ref _ofUser, keys);
        return keys;
    }

    private FactKey[] HashIssuers()
    {
        FactKey[] keys =
        [
            token.ClientId is { } client ? Issuer.Key(FactKind.ClientCutoff, client) : default,
            token.AuthorizedParty is { } party ? Issuer.Key(FactKind.ClientCutoff, party) : default,
            Issuer.Key(FactKind.IssuerCutoff, ""),
        ];
        Volatile.Write(ref _ofIssuer, keys);
        return keys;
    }
}
