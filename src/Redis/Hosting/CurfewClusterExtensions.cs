using System.Net;
using Curfew;
using Curfew.Grains;
using Curfew.Redis;
using Curfew.Redis.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence;
using Orleans.Runtime.Hosting;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Curfew in a cluster: silos that hold the grains, and API nodes that ask them.</summary>
public static class CurfewClusterExtensions
{
    private const string Section = "Curfew:Cluster";

    /// <summary>
    /// Makes this process a client of the silos: an API node. The app asks the grains through <see cref="Revocations"/>.
    /// </summary>
    /// <param name="configure">Overrides what the section <c>Curfew:Cluster</c> says.</param>
    /// <param name="consistency">
    /// Who answers a check: the user's grain, or this process's own memory under a lease, with the same guarantee
    /// (docs/leases.md says what it costs).
    /// </param>
    public static IHostApplicationBuilder AddCurfewCluster(
        this IHostApplicationBuilder builder,
        Action<CurfewClusterOptions>? configure = null,
        Consistency consistency = Consistency.Strict)
    {
        var options = builder.AddClusterOptions(configure);
        builder.Services.AddOptions<RevocationClientOptions>().Configure(client =>
        {
            // A call in flight to a silo that was just killed gets no answer at all: it is made again. All attempts together, and
            // the request around them, end within 2 s.
            client.CheckTimeout = TimeSpan.FromMilliseconds(1750);
            client.CheckAttemptTimeout = TimeSpan.FromMilliseconds(300);
            client.RevokeAttemptTimeout = TimeSpan.FromSeconds(1);

            // One that waits for a dead node's lease is answered within the lease's length and a second, the request around it included.
            client.RevokeTimeout = options.LeaseLength + TimeSpan.FromMilliseconds(750);
        });
        builder.Services.BindCurfewOptions().AddCurfewClient();
        if (consistency == Consistency.Leased)
        {
            builder.AddLeases(options);
            builder.Services.AddLeasedChecks(options.LeasedUsersBytes);
        }

        // Until a silo is found, the web server answers already: with 503.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.UseOrleansClient(client =>
        {
            client.UseRedisClustering(redis => redis.ConfigurationOptions = RedisConfiguration.Parse(options.Redis))
                .Configure<ClusterOptions>(cluster => cluster.ServiceId = cluster.ClusterId = options.Name)
                .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1))
                .UseConnectionRetryFilter<SiloRetry>();
            client.Services.AddOptions<ClientConnectionOptions>().Configure<ClusterTls>((connections, tls) =>
            {
                if (tls.IsOn)
                    connections.ConfigureConnection(connection => connection.UseClientTls(tls.Options));
            });
        });
        return builder;
    }

    /// <summary>Makes this process a silo: it holds users' grains, their state and reminders in Redis.</summary>
    /// <param name="configureSilo">What else the silo should do: the Orleans dashboard, say.</param>
    /// <param name="configure">Overrides what the section <c>Curfew:Cluster</c> says.</param>
    public static IHostApplicationBuilder AddCurfewSilo(
        this IHostApplicationBuilder builder,
        Action<ISiloBuilder>? configureSilo = null,
        Action<CurfewClusterOptions>? configure = null)
    {
        var options = builder.AddClusterOptions(configure);
        builder.Services.Configure<CurfewClusterOptions>(cluster => cluster.IsCalled = true);
        builder.Services.BindCurfewOptions();
        builder.AddLeases(options);
        builder.Services.AddHostedService<SiloStart>();
        builder.Services.AddHostedService<MembershipRestoration>();
        builder.Services.AddHostedService<MembershipRefresh>();
        builder.Services.AddStoredUsers<RedisUsers>();
        builder.UseOrleans(silo =>
        {
            // What is no connection string is refused at start, with all else that is wrong.
            var redis = RedisConfiguration.Errors(options.Redis) is null ? RedisConfiguration.Parse(options.Redis) : new();
            silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis)
                .Configure<ClusterOptions>(cluster => cluster.ServiceId = cluster.ClusterId = options.Name)
                .Configure<EndpointOptions>(endpoints =>
                {
                    endpoints.SiloPort = options.SiloPort;
                    endpoints.GatewayPort = options.GatewayPort;
                    if (options.Address is { } address)
                        endpoints.AdvertisedIPAddress = IPAddress.Parse(address);
                })
                .Configure<ClusterMembershipOptions>(Membership)
                .UseRedisReminderService(reminders => reminders.ConfigurationOptions = redis)
                .AddCurfewGrains();
            silo.Services.AddOptions<SiloConnectionOptions>().Configure<ClusterTls>((connections, tls) =>
            {
                if (!tls.IsOn)
                    return;
                connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(tls.Options));
                connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(tls.Options));
                connections.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(tls.Options));
            });
            silo.Services.Configure<RedisStorageOptions>(GrainHostingExtensions.StorageName, state =>
            {
                state.ConfigurationOptions = redis;
                state.GrainStorageSerializer = new FactSerializer();
                state.DeleteStateOnClear = true;
                state.GetStorageKey = KeyOf;
            });
            silo.Services.AddGrainStorage(GrainHostingExtensions.StorageName, (services, name) => new VerifiedGrainStorage(
                RedisGrainStorageFactory.Create(services, name), services.GetRequiredService<RedisLeases>(), KeyOf,
                services.GetRequiredService<ILogger<VerifiedGrainStorage>>()));
            configureSilo?.Invoke(silo);

            // As Orleans names them by itself.
            RedisKey KeyOf(string stateName, GrainId grainId) => $"{options.Name}/state/{grainId}/{stateName}";
        });
        return builder;
    }

    /// <summary>
    /// Marks the configured Redis as this cluster's store, when a service is set up, or when an operator accepts that an
    /// emptied Redis has forgotten its revocations. Never done by itself: a process can't tell the two apart.
    /// </summary>
    /// <returns>False if it was marked before; nothing was changed.</returns>
    /// <exception cref="RevocationUnavailableException">Redis can't be reached.</exception>
    public static async Task<bool> InitializeCurfewStoreAsync(
        this IHostApplicationBuilder builder, CancellationToken cancellationToken = default)
    {
        builder.Services.BindCurfewOptions().AddCurfewClient();
        builder.AddLeases(builder.AddClusterOptions(null));
        await using var services = builder.Services.BuildServiceProvider();
        return await services.GetRequiredService<RedisLeases>().InitializeStoreAsync().WaitAsync(cancellationToken);
    }

    private static void AddLeases(this IHostApplicationBuilder builder, CurfewClusterOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(provider => new RedisLeases(
            new RedisLeaseOptions
            {
                Connection = RedisConfiguration.Parse(options.Redis),
                ServiceId = options.Name,
                Leases = options.ToLeases(),
                Limits = provider.GetRequiredService<IOptions<RevocationLimits>>().Value,
                RequireDurableWrites = options.RequireDurableWrites,
                Lapsed = provider.GetRequiredService<CurfewInstruments>().LeaseLapsed,
            },
            announcement =>
            {
                // Asked for late: what a silo keeps in memory asks for its lease.
                var (scope, facts) = RedisFactAnnouncer.Read(announcement);
                provider.GetService<IFactMemory>()?.Apply(scope, facts);
            },
            provider.GetRequiredService<ILogger<RedisLeases>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IMemoryLease, ProcessLease>();
        services.AddSingleton<IFactAnnouncer, RedisFactAnnouncer>();
        services.AddHostedService<LeaseLifetime>();
    }

    // A killed silo is out within 2 s: its probes fail at once, and two silos' votes aren't waited for where there are
    // only two. A pause of a second is survived: it costs one probe, and the second one is answered.
    private static void Membership(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;
        membership.TableRefreshTimeout = MembershipRefresh.Every;
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
    }

    private static CurfewClusterOptions AddClusterOptions(
        this IHostApplicationBuilder builder, Action<CurfewClusterOptions>? configure)
    {
        var registered = builder.Services.AddOptions<CurfewClusterOptions>().BindConfiguration(Section)
            .Validate<CurfewClusterOptions>(options => options.Validate());
        if (configure is not null)
            registered.Configure(configure);

        builder.Services.AddSingleton<ClusterTls>();

        // Orleans's own options take the connection before the container is built.
        var options = builder.Configuration.GetSection(Section).Get<CurfewClusterOptions>() ?? new CurfewClusterOptions();
        configure?.Invoke(options);
        return options;
    }
}
