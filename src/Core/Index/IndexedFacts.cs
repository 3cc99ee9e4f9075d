namespace Curfew.Index;

/// <summary>The facts of one token's user and issuer in a <see cref="FactIndex"/>.</summary>
public readonly struct IndexedFacts : IFactLookup
{
    private readonly TokenKeys _keys;
    private readonly FactTable? _ofUser;
    private readonly FactTable? _ofIssuer;

    internal IndexedFacts(TokenKeys keys, FactTable? ofUser, FactTable? ofIssuer)
    {
        _keys = keys;
        _ofUser = ofUser;
        _ofIssuer = ofIssuer;
    }

    /// <summary>True: there is certainly no fact that revokes anything; exemptions by themselves don't.</summary>
    public bool IsEmpty => _ofUser is null && _ofIssuer is null;

    public bool TryGet(FactKind kind, string id, out long number)
    {
        number = 0;
        var ofIssuer = kind is FactKind.ClientCutoff or FactKind.IssuerCutoff;
        if ((ofIssuer ? _ofIssuer : _ofUser) is not { } table)
            return false;

        // Read anew for each kind: an exemption that was added before the cutoff that was just found is seen.
        if (!table.MayHave(FactTable.Mix((ofIssuer ? _keys.Issuer : _keys.User).Bits), kind))
            return false;
        var value = table.Find(_keys.Of(kind, id));
        number = FactValue.Number(value);
        return value != 0;
    }
}
