using Microsoft.Extensions.Caching.Memory;

namespace Sample.Introspection;

public static class CurfewIntrospectionExtensions
{
    public const string Scheme = "Curfew";

    /// <summary>Adds a scheme, the default one, that asks Curfew about each bearer token over HTTP.</summary>
    public static IServiceCollection AddCurfewIntrospection(this IServiceCollection services, Action<CurfewOptions> configure)
    {
        services.AddOptions<CurfewOptions>(Scheme).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient<CurfewClient>();
        services.AddKeyedSingleton<IMemoryCache>(Scheme, (_, _) => new MemoryCache(new MemoryCacheOptions { SizeLimit = 10_000 }));
        services.AddAuthentication(Scheme).AddScheme<CurfewOptions, CurfewHandler>(Scheme, configure);
        return services;
    }
}
