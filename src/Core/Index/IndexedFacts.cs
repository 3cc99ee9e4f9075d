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

    /// <summary>True: there is certainly no fact.</summary>
    public bool IsEmpty => _ofUser is null && _ofIssuer is null;

    public bool TryGet(FactKind kind, string id, out long number)
    {
        number = 0;
        if ((kind is FactKind.ClientCutoff or FactKind.IssuerCutoff ? _ofIssuer : _ofUser) is not { } table)
            return false;
        var value = table.Find(_keys.Of(kind, id));
        number = FactValue.Number(value);
        return value != 0;
    }
}
