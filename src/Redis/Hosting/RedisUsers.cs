using Curfew.Grains;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Curfew.Redis.Hosting;

/// <summary>
/// The size of Orleans's reminder table, one sorted set for the service: each user with revocations has one row, so Redis
/// knows their number at once. A Redis without the marker, which may be an empty one, is not believed.
/// </summary>
internal sealed class RedisUsers(RedisLeases leases, IOptions<ClusterOptions> cluster) : IStoredUsers
{
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await leases.VerifyAsync();
        var redis = await leases.DatabaseAsync();
        return await redis.SortedSetLengthAsync($"{cluster.Value.ServiceId}/reminders", flags: CommandFlags.DemandMaster);
    }
}
