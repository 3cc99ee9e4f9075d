using System.Net;
using Curfew.Grains;
using Curfew.Sqlite.Hosting;
using Curfew.Sqlite.Reminders;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>Curfew inside one process, with nothing else to run.</summary>
public static class CurfewEmbeddedExtensions
{
    /// <summary>
    /// Runs the grains in this process, over one SQLite file in a data directory. The app asks them through
    /// <see cref="Revocations"/>. The host doesn't start when the data can't be used, and says why.
    /// </summary>
    /// <param name="dataDirectory">On a local disk; made when it doesn't exist. One process at a time uses it.</param>
    /// <param name="configureSilo">What else the silo should do: the Orleans dashboard, say.</param>
    /// <param name="consistency">
    /// Who answers a check: this process's memory, which holds all live facts (about 31 bytes each), or the user's grain.
    /// One process can't disagree with itself, so both are as safe.
    /// </param>
    public static IHostApplicationBuilder AddCurfewEmbedded(
        this IHostApplicationBuilder builder, string dataDirectory, Action<ISiloBuilder>? configureSilo = null,
        Consistency consistency = Consistency.Leased)
    {
        builder.Services.BindCurfewOptions();
        builder.Services.AddSqliteDatabase(options => options.DataDirectory = dataDirectory);
        builder.Services.AddHostedService<StoredLimitsCheck>();
        builder.Services.AddStoredUsers<SqliteUsers>();
        if (consistency == Consistency.Leased)
        {
            builder.Services.AddSingleton<ProcessFacts>();
            builder.Services.AddSingleton<ILocalVerdicts>(services => services.GetRequiredService<ProcessFacts>());
            builder.Services.AddHostedService<ProcessFactsFiller>();
            builder.Services.AddHostedService(services => new ExpiredFactsRemoval(
                services.GetRequiredService<ProcessFacts>().RemoveExpired, services.GetRequiredService<TimeProvider>()));
        }

        builder.UseOrleans(silo =>
        {
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, SiloPort))
                .Configure<ClusterOptions>(cluster => cluster.ServiceId = cluster.ClusterId = "curfew")
                .Configure<EndpointOptions>(endpoints =>
                {
                    // Nobody connects: the one client is this process. So there is no gateway, and the silo's own port is
                    // any free one, which can't collide; what is advertised is only a name within this process.
                    endpoints.AdvertisedIPAddress = IPAddress.Loopback;
                    endpoints.SiloPort = SiloPort;
                    endpoints.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, 0);
                    endpoints.GatewayPort = 0;
                })
                .AddSqliteGrainStorage(
                    GrainHostingExtensions.StorageName, storage => storage.GrainStorageSerializer = new FactSerializer())
                .UseSqliteReminders()
                .AddCurfewGrains();
            configureSilo?.Invoke(silo);
        });
        return builder;
    }

    private const int SiloPort = 11111;
}
