using StackExchange.Redis;

namespace Curfew.Redis;

internal static class Channels
{
    public static RedisChannel Announcements(RedisLeaseOptions options) => RedisChannel.Literal($"{{{options.ServiceId}}}:announcements");

    public static RedisChannel Confirmations(RedisLeaseOptions options, Guid revoker) =>
        RedisChannel.Literal($"{{{options.ServiceId}}}:confirmations:{revoker:N}");
}
