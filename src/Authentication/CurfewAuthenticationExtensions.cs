using Curfew.Authentication;
using Curfew.Authentication.Bearer;
using Curfew.Authentication.Checks;
using Curfew.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds real logout to the authentication of an ASP.NET Core app.</summary>
public static class CurfewAuthenticationExtensions
{
    /// <summary>
    /// Refuses revoked tokens in a scheme that <c>AddJwtBearer</c> added, binds each key to its issuer, pins algorithms
    /// and bounds lifetimes. Where the grains are, the app says with <c>AddCurfewEmbedded</c> or <c>AddCurfewCluster</c>.
    /// </summary>
    /// <param name="scheme">The scheme's name, as given to <c>AddJwtBearer</c>.</param>
    /// <param name="configure">What Curfew adds to the scheme's options.</param>
    /// <exception cref="InvalidOperationException">At start: there is no such scheme, or it isn't JwtBearer's.</exception>
    /// <exception cref="OptionsValidationException">At start: the scheme could accept nothing, or too much.</exception>
    public static CurfewBuilder AddCurfew(
        this AuthenticationBuilder builder, string scheme = JwtBearerDefaults.AuthenticationScheme,
        Action<CurfewBearerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        var services = builder.Services;
        var added = services.AddCurfew();
        services.TryAddTransient<BearerHandler>();
        services.Configure<CurfewBearerOptions>(scheme, options => configure?.Invoke(options));
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>>(provider => Setup(provider, scheme));
        services.AddSingleton<IPostConfigureOptions<AuthenticationOptions>>(provider => Setup(provider, scheme));
        services.AddKeyedSingleton(scheme, (provider, _) => ActivatorUtilities.CreateInstance<SchemeReload>(provider, scheme));
        services.AddOptionsWithValidateOnStart<BearerSchemeCheck.Scheme>(scheme);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BearerSchemeCheck.Scheme>, BearerSchemeCheck>());
        services.AddSingleton<IHostedService>(
            provider => new BearerSchemeStartup(provider.GetRequiredKeyedService<SchemeReload>(scheme)));
        return added;
    }

    /// <summary>What checks need, without a scheme: <see cref="CurfewBuilder"/> says which.</summary>
    public static CurfewBuilder AddCurfew(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddAuthentication();
        services.AddCurfewClient();
        services.TryAddSingleton<RevocationCheck>();
        services.TryAddSingleton<TokenVerifier>();
        return new CurfewBuilder(services);
    }

    private static BearerSchemeSetup Setup(IServiceProvider provider, string scheme) =>
        ActivatorUtilities.CreateInstance<BearerSchemeSetup>(provider, scheme);
}
