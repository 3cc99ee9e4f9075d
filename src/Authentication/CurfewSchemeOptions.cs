using Microsoft.AspNetCore.Authentication;

namespace Curfew.Authentication;

/// <summary>How Curfew finds the token behind what another scheme than JwtBearer has authenticated.</summary>
public sealed class CurfewSchemeOptions
{
    /// <summary>The issuer of principals that carry no <c>iss</c> claim. Default: none, and they are refused.</summary>
    public string? DefaultIssuer { get; set; }

    /// <summary>
    /// Reads the identity where the principal's claims don't have it under their JWT names; null refuses the principal.
    /// Default: <c>iss</c>, <c>sub</c>, <c>jti</c>, <c>iat</c> and <c>exp</c>, which are required, and <c>sid</c>,
    /// <c>client_id</c>, <c>azp</c> and <c>auth_time</c>.
    /// </summary>
    public Func<AuthenticationTicket, TokenIdentity?>? ReadIdentity { get; set; }

    /// <inheritdoc cref="CurfewBearerOptions.FailOpen"/>
    public bool FailOpen { get; set; }

    internal bool IsChecked { get; set; }
}
