using Curfew.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Curfew.Authentication.Bearer;

/// <summary>Puts Curfew's handlers into one JwtBearer scheme, after all else has configured it.</summary>
internal sealed class BearerSchemeSetup(
    string scheme, IOptionsMonitor<CurfewBearerOptions> curfew, IOptions<RevocationLimits> limits,
    IAuthenticationConfigurationProvider configuration, TimeProvider time, ILoggerFactory loggers,
    CurfewInstruments instruments)
    : IPostConfigureOptions<JwtBearerOptions>, IPostConfigureOptions<AuthenticationOptions>
{
    public void PostConfigure(string? name, AuthenticationOptions options)
    {
        if (!options.SchemeMap.TryGetValue(scheme, out var builder))
        {
            throw new InvalidOperationException(
                $"AddCurfew(\"{scheme}\") finds no such scheme: call AddJwtBearer(\"{scheme}\") first.");
        }

        if (builder.HandlerType != typeof(JwtBearerHandler) && builder.HandlerType != typeof(BearerHandler))
        {
            throw new InvalidOperationException(
                $"The scheme \"{scheme}\" is handled by {builder.HandlerType}, not by JwtBearer: use ForScheme.");
        }

        builder.HandlerType = typeof(BearerHandler);
    }

    public void PostConfigure(string? name, JwtBearerOptions options)
    {
        if (name != scheme || options.TokenHandlers is [BearerTokenHandler])
            return;
        if (options.TokenHandlers is not [JsonWebTokenHandler verifier])
        {
            throw new InvalidOperationException(
                $"TokenHandlers of the scheme \"{scheme}\" is not one JsonWebTokenHandler: use ForScheme.");
        }

        var own = curfew.Get(scheme);
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new BearerTokenHandler(
            options, own, () => limits.Value, verifier,
            () => ConfiguredKeys.Read(options, own, configuration.GetSchemeConfiguration(scheme)),
            time, loggers.CreateLogger<AuthorityKeys>(), instruments));
    }
}
