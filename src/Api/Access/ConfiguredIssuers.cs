namespace Curfew.Api.Access;

/// <summary>The issuers whose tokens the standard section <c>Authentication:Schemes:Bearer</c> trusts.</summary>
internal static class ConfiguredIssuers
{
    public const string Section = "Authentication:Schemes:Bearer";

    public static IReadOnlyList<string> Of(IConfiguration configuration)
    {
        var bearer = configuration.GetSection(Section);
        return bearer.GetSection("ValidIssuers").GetChildren().Select(child => child.Value)
            .Append(bearer["ValidIssuer"])
            .Concat(WithKeys(configuration))
            .Append(bearer["Authority"])
            .OfType<string>()
            .Where(issuer => issuer.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ToList();
    }

    /// <summary>Those whose keys are configured: of the others a token is accepted only when an authority vouches for it.</summary>
    public static IEnumerable<string?> WithKeys(IConfiguration configuration) =>
        configuration.GetSection(Section).GetSection("SigningKeys").GetChildren().Select(key => key["Issuer"]);
}
