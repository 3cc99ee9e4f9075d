namespace Curfew.Api.Access;

/// <summary>Whether this service could accept a token of an issuer, as far as that is known without waiting.</summary>
internal sealed class TrustedIssuers(IConfiguration configuration, AuthorityIssuer authority)
{
    /// <summary>What to say to who names an issuer of whom no token is accepted here; null where there is nothing to say.</summary>
    public string? Warning(string issuer) =>
        Trusts(issuer) ? null : $"iss: this service accepts no tokens of the issuer {issuer}. It is compared character by character.";

    private bool Trusts(string issuer) =>
        ConfiguredIssuers.WithKeys(configuration).Contains(issuer, StringComparer.Ordinal)
        || authority.Find(out var isUnknown) == issuer || isUnknown;
}
