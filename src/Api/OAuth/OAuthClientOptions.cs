namespace Curfew.Api.OAuth;

/// <summary>Who may use the endpoints under <c>/oauth</c>.</summary>
public sealed class OAuthClientOptions
{
    /// <summary>The list <c>Curfew:Clients</c>. Default: none, and nobody may.</summary>
    public IList<OAuthClient> Clients { get; } = [];
}
