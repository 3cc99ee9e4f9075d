using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Access;

/// <summary>Whether this service could accept a token of an issuer, as far as that is known without waiting.</summary>
internal sealed class TrustedIssuers(IConfiguration configuration, IOptionsMonitor<JwtBearerOptions> options)
{
    /// <summary>What to say to who names an issuer of whom no token is accepted here; null where there is nothing to say.</summary>
    public string? Warning(string issuer) =>
        Trusts(issuer) ? null : $"iss: this service accepts no tokens of the issuer {issuer}. It is compared character by character.";

    private bool Trusts(string issuer)
    {
        if (ConfiguredIssuers.WithKeys(configuration).Contains(issuer, StringComparer.Ordinal))
            return true;
        if (options.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is not { } authority)
            return false;

        // An authority's issuer is what its discovery says, and may differ from its URL. Nobody waits for it here: while it isn't
        // known, there is nothing to warn of.
        var discovery = authority.GetConfigurationAsync(CancellationToken.None);
        return !discovery.IsCompletedSuccessfully || discovery.Result.Issuer == issuer;
    }
}
