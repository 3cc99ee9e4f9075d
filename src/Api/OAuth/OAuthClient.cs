namespace Curfew.Api.OAuth;

/// <summary>A client of the endpoints under <c>/oauth</c>: an entry of <c>Curfew:Clients</c>.</summary>
public sealed class OAuthClient
{
    /// <summary>
    /// Its name here and, for the tokens that it may revoke, their <c>client_id</c>, or <c>azp</c> where there is none. Required.
    /// </summary>
    public string ClientId { get; set; } = "";

    /// <summary>
    /// The issuer that knows the client by this name: another issuer's client of the same name is a different one, and its tokens
    /// are not this client's to revoke. Default: the one configured issuer; with several it must be named, unless
    /// <see cref="MayRevokeAny"/>.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>
    /// The SHA-256 of its secret's UTF-8 bytes, 64 hexadecimal digits. Required. The secret must be 32 random bytes or
    /// more in any text form: a plain hash protects nothing that could be guessed, and nobody can check that here.
    /// </summary>
    public string SecretSha256 { get; set; } = "";

    /// <summary>Whether it may introspect tokens, anyone's, of any issuer. Default: true.</summary>
    public bool MayIntrospect { get; set; } = true;

    /// <summary>Whether it may revoke other clients' tokens, those that name no client, and those of any issuer. Default: false.</summary>
    public bool MayRevokeAny { get; set; }
}
