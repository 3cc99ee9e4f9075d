using Curfew.Api.Dev;

namespace Curfew.Api.Access;

/// <summary>The issuers whose tokens the standard section <c>Authentication:Schemes:Bearer</c> trusts.</summary>
internal static class ConfiguredIssuers
{
    public const string Section = "Authentication:Schemes:Bearer";

    /// <summary>Each once. An authority stands there by its URL, and only where no other names it by another slash at its end.</summary>
    public static IReadOnlyList<string> Of(IConfiguration configuration)
    {
        var named = ByName(configuration);
        return Authority(configuration) is { } authority && !named.Any(issuer => IsSame(issuer, authority)) ? [.. named, authority] : named;
    }

    /// <summary>
    /// The one issuer that is configured, which a setting means that names none; null where there are several. The dev issuer is
    /// meant only where there is no other.
    /// </summary>
    public static string? Only(IConfiguration configuration)
    {
        var all = Of(configuration);
        return all.Count == 1 ? all[0] : all.Where(issuer => issuer != DevIssuer.Name).ToList() is [var only] ? only : null;
    }

    /// <summary>Whether a setting that names an issuer can mean one that is trusted.</summary>
    public static bool IsTrusted(IConfiguration configuration, string issuer) =>
        ByName(configuration).Contains(issuer, StringComparer.Ordinal) || NamesAuthority(configuration, issuer);

    /// <summary>Those that some setting names by their own text: all but the authority.</summary>
    private static List<string> ByName(IConfiguration configuration)
    {
        var bearer = configuration.GetSection(Section);
        return bearer.GetSection("ValidIssuers").GetChildren().Select(child => child.Value)
            .Append(bearer["ValidIssuer"])
            .Concat(WithKeys(configuration))
            .OfType<string>()
            .Where(issuer => issuer.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ToList();
    }

    /// <summary>
    /// Whether the name is the authority's: its URL, with or without the slash at its end. Never the name of an issuer that has keys
    /// of its own here.
    /// </summary>
    public static bool NamesAuthority(IConfiguration configuration, string name) =>
        Authority(configuration) is { } authority && IsSame(name, authority) && !WithKeys(configuration).Contains(name, StringComparer.Ordinal);

    private static string? Authority(IConfiguration configuration) =>
        configuration.GetSection(Section)["Authority"] is { Length: > 0 } authority ? authority : null;

    // Auth0 writes iss with a slash at its end, and shows its domain without one.
    private static bool IsSame(string issuer, string authority) =>
        issuer.AsSpan().TrimEnd('/').SequenceEqual(authority.AsSpan().TrimEnd('/'));

    /// <summary>Those whose keys are configured: of the others a token is accepted only when an authority vouches for it.</summary>
    public static IEnumerable<string?> WithKeys(IConfiguration configuration) =>
        configuration.GetSection(Section).GetSection("SigningKeys").GetChildren().Select(key => key["Issuer"]);
}
