namespace Curfew.Grains;

/// <summary>Whose facts a stored state holds, by the grain id that it is stored under.</summary>
public static class StoredScope
{
    internal const string UserType = "curfew.user";
    internal const string ClientType = "curfew.client";
    internal const string IssuerType = "curfew.issuer";

    /// <summary>Reads <c>type/key</c>; false for what holds no facts.</summary>
    public static bool TryParse(string grainId, out FactScope scope)
    {
        scope = default;
        var slash = grainId.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return false;
        var key = grainId[(slash + 1)..];
        switch (grainId[..slash])
        {
            case UserType when UserKey.TryParse(key, out var user):
                scope = FactScope.Of(user);
                return true;
            case ClientType when ClientKey.TryParse(key, out var client):
                scope = new FactScope(client.Issuer, null);
                return true;
            case IssuerType:
                scope = new FactScope(key, null);
                return true;
            default:
                return false;
        }
    }
}
