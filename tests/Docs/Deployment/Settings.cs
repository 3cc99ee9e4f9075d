using Curfew.Docs.Tests.Reading;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Docs.Tests.Deployment;

/// <summary>Whether an environment variable sets something that the service reads.</summary>
internal static class Settings
{
    private const string Bearer = "Authentication__Schemes__Bearer__";

    private static readonly string[] SigningKey = ["Id", "Issuer", "Value", "Length"];

    // Of the runtime, and of the containers' own scripts.
    private static readonly string[] Others = ["ASPNETCORE_HTTP_PORTS", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "DOTNET_EnableDiagnostics", "REDIS_PASSWORD", "APP"];

    public static bool AreRead(string variable) =>
        Others.Contains(variable) || IsOption(variable) || IsBearer(variable);

    /// <summary>The variables that a <c>.env</c> file sets, those that are commented out included.</summary>
    public static IReadOnlyList<string> OfEnvFile(string relative) =>
    [
        .. Repository.Read(relative).Split('\n')
            .Select(line => line.TrimStart('#', ' '))
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line[..line.IndexOf('=', StringComparison.Ordinal)].Contains(' ', StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf('=', StringComparison.Ordinal)]),
    ];

    private static bool IsOption(string variable)
    {
        foreach (var (name, page) in DocumentedOptions.Read())
        {
            var prefix = page.Section.Replace(":", "__", StringComparison.Ordinal) + "__";
            if (page.Section.StartsWith("Curfew", StringComparison.Ordinal) && variable.StartsWith(prefix, StringComparison.Ordinal)
                && OptionTypes.OptionsOf(OptionTypes.All.Single(type => type.Name == name)).Any(option => option.Name == variable[prefix.Length..]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBearer(string variable)
    {
        if (!variable.StartsWith(Bearer, StringComparison.Ordinal))
            return false;
        var path = variable[Bearer.Length..].Split("__");
        return path switch
        {
            ["SigningKeys", var index, var part] => int.TryParse(index, out _) && SigningKey.Contains(part),
            ["ValidIssuers" or "ValidAudiences", var index] => int.TryParse(index, out _),
            [var name] => typeof(JwtBearerOptions).GetProperty(name) is not null
                || typeof(TokenValidationParameters).GetProperty(name) is not null,
            _ => false,
        };
    }
}
