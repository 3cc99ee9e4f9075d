using Microsoft.Extensions.Options;

namespace Curfew.Api.Access;

internal sealed class AdminOptionsValidator(IConfiguration configuration) : IValidateOptions<AdminOptions>
{
    public ValidateOptionsResult Validate(string? name, AdminOptions options)
    {
        var known = ConfiguredIssuers.Of(configuration);
        var errors = new List<string>();
        if (known.Count == 0)
            errors.Add($"No issuer is trusted: configure {ConfiguredIssuers.Section} (Authority, or SigningKeys with ValidIssuer).");
        else if (options.Issuers.Count == 0)
            errors.Add($"{known.Count} issuers are trusted: name those that may grant curfew:* scopes in Curfew:Admin:Issuers.");
        foreach (var unknown in options.Issuers.Where(issuer => !ConfiguredIssuers.IsTrusted(configuration, issuer)))
            errors.Add($"Curfew:Admin:Issuers names {unknown}, which {ConfiguredIssuers.Section} doesn't trust.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
