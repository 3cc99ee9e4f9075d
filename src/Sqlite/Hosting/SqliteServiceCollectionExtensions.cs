using Curfew.Sqlite;
using Curfew.Sqlite.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

public static class SqliteServiceCollectionExtensions
{
    /// <summary>
    /// Adds the one <see cref="SqliteDatabase"/> of this process. It is opened before any hosted service starts (if that fails, the
    /// host doesn't start, and the exception says why) and closed after the last has stopped.
    /// </summary>
    public static IServiceCollection AddSqliteDatabase(this IServiceCollection services, Action<SqliteDatabaseOptions> configure)
    {
        services.AddOptions<SqliteDatabaseOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SqliteDatabaseOptions>, SqliteDatabaseOptions.Validator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => SqliteDatabase.Open(
            provider.GetRequiredService<IOptions<SqliteDatabaseOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SqliteDatabase>>()));
        services.AddHostedService<SqliteDatabaseLifetime>();
        return services;
    }
}
