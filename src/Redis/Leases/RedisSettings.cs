using System.Net;
using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>What the server's settings mean for revocations, as read from the server.</summary>
/// <param name="Refused">Why this server must not be used; empty if it may.</param>
/// <param name="Warnings">What it may lose.</param>
public sealed record RedisSettings(IReadOnlyList<string> Refused, IReadOnlyList<string> Warnings)
{
    internal static async Task<RedisSettings> ReadAsync(ConnectionMultiplexer redis, RedisLeaseOptions options, TimeProvider time)
    {
        var refused = new List<string>();
        var warnings = new List<string>();
        foreach (EndPoint endpoint in redis.GetEndPoints())
        {
            var server = redis.GetServer(endpoint);
            if (!server.IsConnected || server.IsReplica) continue;
            try
            {
                var policy = await Get(server, "maxmemory-policy").ConfigureAwait(false);
                if (policy is not null and not "noeviction")
                    refused.Add($"maxmemory-policy is {policy}: Redis would forget revocations silently. Set it to noeviction.");
                var appendOnly = await Get(server, "appendonly").ConfigureAwait(false);
                var sync = await Get(server, "appendfsync").ConfigureAwait(false);
                var durability = options.RequireDurableWrites ? refused : warnings;
                if (appendOnly == "no") durability.Add("appendonly is no: a Redis that dies loses revocations that were acknowledged.");
                else if (sync is not null and not "always")
                    durability.Add($"appendfsync is {sync}: a power loss loses revocations that were acknowledged just before. Set it to always.");
            }
            catch (RedisServerException e)
            {
                warnings.Add($"The settings can't be read ({e.Message}): make sure that maxmemory-policy is noeviction, appendonly yes and appendfsync always.");
            }
        }

        return new(refused, warnings);

        // Not ConfigGetAsync, which wants the connection to be allowed FLUSHALL and the like.
        async Task<string?> Get(IServer server, string name)
        {
            var pair = (string?[]?)await server.ExecuteAsync("CONFIG", "GET", name).WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
            return pair is { Length: > 1 } ? pair[1] : null;
        }
    }
}
