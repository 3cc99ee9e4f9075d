namespace Curfew;

/// <summary>An OAuth client of one issuer: what <c>client_id</c> or <c>azp</c> of its tokens says.</summary>
public readonly record struct ClientKey
{
    /// <exception cref="ArgumentException">A part is empty, over 1,024 characters, or not well-formed.</exception>
    public ClientKey(string issuer, string clientId)
    {
        Issuer = ClaimText.Check(issuer, nameof(issuer));
        ClientId = ClaimText.Check(clientId, nameof(clientId));
    }

    public string Issuer { get; }

    public string ClientId { get; }

    /// <summary>The canonical text, which is the key of the client's grain.</summary>
    public override string ToString() => ScopedKey.Format(Issuer, ClientId);

    /// <summary>Reads canonical text; any other spelling of a client is refused.</summary>
    public static bool TryParse(string? text, out ClientKey key)
    {
        var parsed = ScopedKey.TryParse(text, out var issuer, out var clientId);
        key = parsed ? new ClientKey(issuer, clientId) : default;
        return parsed;
    }

    /// <exception cref="FormatException">The text is not canonical.</exception>
    public static ClientKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException("Not the canonical text of a client.");
}
