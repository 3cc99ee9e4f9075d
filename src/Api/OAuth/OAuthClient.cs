namespace Curfew.Api.OAuth;

/// <summary>A client of the endpoints under <c>/oauth</c>: an entry of <c>Curfew:Clients</c>.</summary>
public sealed class OAuthClient
{
    /// <summary>
    /// Its name here and, for the tokens that it may revoke, their <c>client_id</c>, or <c>azp</c> where there is none. Required.
    /// </summary>
    public string ClientId { get; set; } = "";

    /// <summary>
    /// The SHA-256 of its secret's UTF-8 bytes, 64 hexadecimal digits. Required. The secret must be 32 random bytes or
    /// more in any text form: a plain hash protects nothing that could be guessed, and nobody can check that here.
    /// </summary>
    public string SecretSha256 { get; set; } = "";

    /// <summary>Whether it may introspect tokens, anyone's. Default: true.</summary>
    public bool MayIntrospect { get; set; } = true;

    /// <summary>Whether it may revoke other clients' tokens, and those that name no client. Default: false.</summary>
    public bool MayRevokeAny { get; set; }
}
