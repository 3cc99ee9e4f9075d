using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Access;

/// <summary>
/// The issuer behind the configured <c>Authority</c>: what its discovery says, which may differ from the URL under which it is
/// configured, by a slash at the end above all.
/// </summary>
internal sealed class AuthorityIssuer(IConfiguration configuration, IOptionsMonitor<JwtBearerOptions> options)
{
    /// <summary>The issuer; null where there is no authority, or nothing is known of it yet: nobody waits for it here.</summary>
    /// <param name="isUnknown">There is one, and what it says isn't known.</param>
    public string? Find(out bool isUnknown)
    {
        isUnknown = false;
        if (options.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is not { } authority)
            return null;
        var discovery = authority.GetConfigurationAsync(CancellationToken.None);
        isUnknown = !discovery.IsCompletedSuccessfully;
        return isUnknown ? null : discovery.Result.Issuer;
    }

    /// <summary>
    /// Whether a token's issuer is one of those that are named: by its own text, or as the authority, whose token can only have
    /// been verified once its discovery is known.
    /// </summary>
    public bool IsAmong(IEnumerable<string> named, string issuer) =>
        named.Contains(issuer, StringComparer.Ordinal)
        || (Find(out _) == issuer && named.Any(name => ConfiguredIssuers.NamesAuthority(configuration, name)));
}
