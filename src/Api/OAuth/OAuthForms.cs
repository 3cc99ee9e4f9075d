namespace Curfew.Api.OAuth;

// What the forms hold, for the OpenAPI document.

/// <summary>RFC 7009, 2.1; with the client's id and secret where it doesn't authenticate by Basic.</summary>
internal sealed record RevokeForm(string Token, string? TokenTypeHint = null, string? ClientId = null, string? ClientSecret = null);

/// <summary>RFC 7662, 2.1; likewise.</summary>
internal sealed record IntrospectForm(string Token, string? TokenTypeHint = null, string? ClientId = null, string? ClientSecret = null);
