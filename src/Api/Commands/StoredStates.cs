using System.Runtime.CompilerServices;
using Curfew.Api.Hosting;
using Curfew.Grains;
using Curfew.Redis;
using Curfew.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Curfew.Api.Commands;

/// <summary>Every state of the configured store, by the grain id that it is stored under.</summary>
internal static class StoredStates
{
    private const int RedisPage = 1000;

    public static IAsyncEnumerable<(string Grain, ReadOnlyMemory<byte> State)> ReadAsync(
        IConfiguration configuration, CancellationToken stop)
    {
        var hosting = HostingOptions.Of(configuration);
        return hosting.Hosting == HostingOptions.Cluster
            ? OfRedisAsync(configuration.GetSection("Curfew:Cluster").Get<CurfewClusterOptions>() ?? new(), stop)
            : OfSqliteAsync(hosting.DataDirectory, stop);
    }

    private static async IAsyncEnumerable<(string, ReadOnlyMemory<byte>)> OfSqliteAsync(
        string dataDirectory, [EnumeratorCancellation] CancellationToken stop)
    {
        // Opening makes a directory where there is none, and would export nothing from a mistyped one.
        if (!Directory.Exists(dataDirectory))
            throw new DataDirectoryException($"There is no data directory '{dataDirectory}'.");

        // Held alone, so the service is certainly stopped, and nothing is missed.
        await using var database = SqliteDatabase.Open(
            new SqliteDatabaseOptions { DataDirectory = dataDirectory }, TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        await foreach (var state in database.ReadStatesAsync(GrainHostingExtensions.StateName, stop))
            yield return (state.GrainId, state.Data);
    }

    private static async IAsyncEnumerable<(string, ReadOnlyMemory<byte>)> OfRedisAsync(
        CurfewClusterOptions cluster, [EnumeratorCancellation] CancellationToken stop)
    {
        if (cluster.Validate().ToList() is { Count: > 0 } errors)
            throw new InvalidDataException("Curfew:Cluster: " + string.Join(' ', errors));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.Redis);
        var prefix = $"{cluster.Name}/state/";
        var suffix = $"/{GrainHostingExtensions.StateName}";
        var database = redis.GetDatabase();
        var server = redis.GetServers().Single(server => server.IsConnected && !server.IsReplica);

        // SCAN gives each key that is there all the while at least once; twice does no harm, for facts are merged.
        await foreach (var key in server.KeysAsync(database.Database, prefix + "*" + suffix, RedisPage).WithCancellation(stop))
        {
            var state = (ReadOnlyMemory<byte>)await database.HashGetAsync(key, "data");
            var text = key.ToString();
            if (state.Length > 0)
                yield return (text[prefix.Length..^suffix.Length], state);
        }
    }
}
