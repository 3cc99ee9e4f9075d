namespace Curfew.Api.OAuth;

/// <summary>Who may use the endpoints under <c>/oauth</c>.</summary>
public sealed class OAuthClientOptions
{
    /// <summary>The list <c>Curfew:Clients</c>. Default: none, and nobody may.</summary>
    public IList<OAuthClient> Clients { get; } = [];

    /// <summary>Why the list can't be read, where it can't.</summary>
    internal string? Unreadable { get; set; }
}
