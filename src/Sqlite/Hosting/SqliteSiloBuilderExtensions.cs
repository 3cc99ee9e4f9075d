using Curfew.Sqlite;
using Curfew.Sqlite.Reminders;
using Curfew.Sqlite.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orleans.Hosting;

public static class SqliteSiloBuilderExtensions
{
    /// <summary>
    /// Adds a grain storage that keeps states in the database that <see cref="SqliteServiceCollectionExtensions.AddSqliteDatabase"/> adds.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">What <c>[PersistentState(state, name)]</c> refers to.</param>
    /// <param name="configure">Its serializer, if it isn't the silo's own.</param>
    public static ISiloBuilder AddSqliteGrainStorage(
        this ISiloBuilder builder, string name, Action<SqliteGrainStorageOptions>? configure = null)
    {
        var options = builder.Services.AddOptions<SqliteGrainStorageOptions>(name);
        if (configure is not null) options.Configure(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Transient<
            IPostConfigureOptions<SqliteGrainStorageOptions>, DefaultStorageProviderSerializerOptionsConfigurator<SqliteGrainStorageOptions>>());
        builder.Services.AddGrainStorage(name, (services, key) => new SqliteGrainStorage(
            services.GetRequiredService<SqliteDatabase>(),
            services.GetRequiredService<IOptionsMonitor<SqliteGrainStorageOptions>>().Get(key).GrainStorageSerializer,
            services.GetRequiredService<IActivatorProvider>()));
        return builder;
    }

    /// <summary>Adds Orleans's reminders, kept in the same database.</summary>
    public static ISiloBuilder UseSqliteReminders(this ISiloBuilder builder)
    {
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable, SqliteReminderTable>();
        return builder;
    }
}
