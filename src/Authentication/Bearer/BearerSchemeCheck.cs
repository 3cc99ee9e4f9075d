using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// Refuses to start with a scheme that could accept nothing, or too much. It is validated with all other options of the app,
/// so that all errors are told at once.
/// </summary>
internal sealed class BearerSchemeCheck(
    IOptions<AuthenticationOptions> schemes, IOptionsMonitor<JwtBearerOptions> bearer, IOptionsMonitor<CurfewBearerOptions> curfew)
    : IValidateOptions<BearerSchemeCheck.Scheme>
{
    private const long MaxRememberedBytes = 16L << 30;

    public ValidateOptionsResult Validate(string? name, Scheme options)
    {
        // Throws where there is no such scheme, or it is another's.
        _ = schemes.Value;
        List<string> errors;
        try
        {
            errors = [.. ((BearerTokenHandler)bearer.Get(name).TokenHandlers[0]).Errors];
        }
        catch (FormatException e)
        {
            // JwtBearer's own settings, as true or false; what isn't base64 never comes so far.
            errors = ["A setting can't be read: " + e.Message];
        }

        var own = curfew.Get(name);
        if (own.KeysTimeout < TimeSpan.FromMilliseconds(100) || own.KeysTimeout > TimeSpan.FromMinutes(1))
            errors.Add($"KeysTimeout is {own.KeysTimeout}; it must be from 00:00:00.1 to 00:01:00.");
        if (own.RememberedTokenBytes is < 0 or > MaxRememberedBytes)
            errors.Add("RememberedTokenBytes must be from 0 to 16 GiB.");
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"Scheme \"{name}\": {error}"));
    }

    /// <summary>Stands for a scheme, by its name, that is validated when the host starts.</summary>
    internal sealed class Scheme;
}
