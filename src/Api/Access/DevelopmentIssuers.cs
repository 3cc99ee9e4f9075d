using Curfew.Api.Dev;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Access;

/// <summary>Refuses issuers outside Development whose tokens anybody with a developer's machine can make.</summary>
internal sealed class DevelopmentIssuers(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<AdminOptions>
{
    private static readonly string[] Names = [DevIssuer.Name, "dotnet-user-jwts"];

    public ValidateOptionsResult Validate(string? name, AdminOptions options)
    {
        if (environment.IsDevelopment())
            return ValidateOptionsResult.Success;
        var found = Names.Intersect(ConfiguredIssuers.Of(configuration), StringComparer.Ordinal).ToList();
        return found.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(found.Select(issuer =>
                $"{ConfiguredIssuers.Section} trusts {issuer}, which makes tokens for trying things out, and the environment is "
                + $"{environment.EnvironmentName}: take it out, or set ASPNETCORE_ENVIRONMENT=Development."));
    }
}
