using Curfew.Authentication.Schemes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication;

/// <summary>Goes on configuring authentication, and what Curfew checks.</summary>
public sealed class CurfewBuilder : AuthenticationBuilder
{
    internal CurfewBuilder(IServiceCollection services)
        : base(services)
    {
    }

    /// <summary>
    /// Checks another scheme than JwtBearer (OpenIddict's validation, opaque tokens, an own handler): whatever asks it to
    /// authenticate, by default or by name, gets a failure for a revoked token. The scheme verifies, Curfew bounds
    /// lifetimes and asks about revocation. Call it after the scheme's own package was added.
    /// </summary>
    /// <param name="scheme">The scheme's name. A scheme that forwards to others is checked where they are.</param>
    /// <param name="configure">Where the token's identity is found.</param>
    public CurfewBuilder ForScheme(string scheme, Action<CurfewSchemeOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        Services.Configure<CurfewSchemeOptions>(scheme, options =>
        {
            options.IsChecked = true;
            configure?.Invoke(options);
        });
        Decorate();
        return this;
    }

    private void Decorate()
    {
        if (Services.Any(service => service.ServiceType == typeof(CheckedSchemes)))
            return;
        Services.AddSingleton<CheckedSchemes>();
        var original = Services.Last(service => service.ServiceType == typeof(IAuthenticationService));
        Services.Remove(original);
        Services.Add(ServiceDescriptor.Describe(
            typeof(IAuthenticationService),
            services => ActivatorUtilities.CreateInstance<CheckedAuthentication>(services, Original(original, services)),
            original.Lifetime));
    }

    private static object Original(ServiceDescriptor original, IServiceProvider services) =>
        original.ImplementationInstance
        ?? original.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, original.ImplementationType!);

    // Says that the service was decorated already.
    private sealed class CheckedSchemes;
}
