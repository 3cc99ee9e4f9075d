using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Curfew.Redis.Hosting;

/// <summary>
/// Puts Orleans's membership table back into a Redis that lost it. Silos that run go on with the view that they have and never
/// write the table again: who starts later finds no silo, and once a newer table lacks those that run, they end themselves.
/// </summary>
/// <remarks>
/// Rows are kept and written back as they were; the version goes up, so that every silo takes the table for a newer one. Nothing
/// is written into a Redis without the marker, which may be a wrong one.
/// </remarks>
internal sealed partial class MembershipRestoration(
    RedisLeases leases,
    ILocalSiloDetails silo,
    IOptions<RedisClusteringOptions> clustering,
    IOptions<ClusterOptions> cluster,
    TimeProvider time,
    ILogger<MembershipRestoration> logger) : BackgroundService
{
    private const string Version = "Version";

    // KEYS: the table. ARGV: this silo's row, the version kept, then rows and their values. Another silo may have been first,
    // and one that starts just now may have written its own row.
    private const string Restore = """
        local version = tonumber(redis.call('HGET', KEYS[1], 'Version') or '0')
        local kept = tonumber(ARGV[2])
        if version >= kept and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
        if version < kept then version = kept end
        for i = 3, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
        redis.call('HSET', KEYS[1], 'Version', string.format('%d', version + 1))
        return 1
        """;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private Table? _kept;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var key = clustering.Value.CreateRedisKey(cluster.Value);
        var row = silo.SiloAddress.ToString();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(key, row);
            }
            catch (Exception e) when (e is RevocationUnavailableException || RedisConnection.IsFailure(e))
            {
                // Redis is away or unmarked: told by who needs it. Looked at again.
            }

            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(RedisKey key, string row)
    {
        var store = await leases.VerifyAsync();
        var redis = await leases.DatabaseAsync();
        var seen = await redis.HashGetAsync(key, [Version, row], CommandFlags.DemandMaster);
        var version = seen[0].HasValue ? long.Parse((string)seen[0]!, CultureInfo.InvariantCulture) : -1;
        var isListed = seen[1].HasValue;
        if (_kept is not { } kept || (isListed && (version > kept.Number || (version == kept.Number && store.Marker != kept.Marker))))
        {
            // Not if it was lost between the two readings.
            var rows = isListed ? await redis.HashGetAllAsync(key, CommandFlags.DemandMaster) : [];
            if (rows.Any(entry => entry.Name == row))
                _kept = new(store.Marker, version, [.. rows.Where(entry => entry.Name != Version)]);
            return;
        }

        // A silo that isn't listed in the same store was declared dead, and its row cleared away.
        if (version >= kept.Number && (isListed || store.Marker == kept.Marker))
            return;
        RedisValue[] arguments = [row, kept.Number, .. kept.Rows.SelectMany(entry => (RedisValue[])[entry.Name, entry.Value])];
        if ((int)await redis.ScriptEvaluateAsync(Restore, [key], arguments, CommandFlags.DemandMaster) == 1)
            LogRestored(kept.Rows.Length);
    }

    [LoggerMessage(1, LogLevel.Warning, "Redis had lost the membership table. It is put back with its {Count} silos.")]
    private partial void LogRestored(int count);

    private sealed record Table(string Marker, long Number, HashEntry[] Rows);
}
