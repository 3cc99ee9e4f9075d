namespace Curfew.Redis;

/// <summary>
/// What Redis executes, each atomically. KEYS: the store's hash (marker, settled, limits), the leases' hash. Every answer
/// begins with what the store is: marker, run id, replication id, settled, role.
/// </summary>
internal static class LeaseScripts
{
    // Leases have no TTL: Redis expires by its wall clock, which may step. They end by being fenced and waited out.
    private const string Store = """
        local info = redis.call('INFO', 'replication')
        local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
        local replication = string.match(info, 'master_replid:(%w+)')
        local role = string.match(info, 'role:(%w+)')
        local marker = redis.call('HGET', KEYS[1], 'marker') or ''
        local identity = marker .. ':' .. run .. ':' .. replication
        local settled = (marker ~= '' and redis.call('HGET', KEYS[1], 'settled') == identity) and '1' or '0'
        local reply = {marker, run, replication, settled, role}

        """;

    public const string Verify = Store + "return reply";

    // Not HSET: a take that arrives again must not lift a fence. Nor may it bring back a lease that a restarted store
    // forgot, after a revoker listed it: the take names the store that its holder knows.
    // ARGV: the lease, the store's identity, the leases that it replaces.
    public const string Take = Store + """
        for i = 3, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
        reply[6] = '0'
        if marker ~= '' and identity == ARGV[2] then
          redis.call('HSETNX', KEYS[2], ARGV[1], 'live')
          if redis.call('HGET', KEYS[2], ARGV[1]) == 'live' then reply[6] = '1' end
        end
        return reply
        """;

    // Writes though nothing changes: a primary that has lost its replicas, or became one, then refuses (with
    // min-replicas-to-write), and a lease isn't renewed there while a revoker lists another primary's.
    public const string Renew = Store + """
        reply[6] = '0'
        if marker ~= '' and redis.call('HGET', KEYS[2], ARGV[1]) == 'live' then
          redis.call('HSET', KEYS[2], ARGV[1], 'live')
          reply[6] = '1'
        end
        return reply
        """;

    public const string List = Store + """
        local leases = redis.call('HGETALL', KEYS[2])
        for i = 1, #leases do reply[5 + i] = leases[i] end
        return reply
        """;

    // Answers with those that it knew.
    public const string Fence = Store + """
        for i = 1, #ARGV do
          if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 1 then
            redis.call('HSET', KEYS[2], ARGV[i], 'fenced')
            reply[#reply + 1] = ARGV[i]
          end
        end
        return reply
        """;

    public const string Remove = Store + """
        for i = 1, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
        return reply
        """;

    public const string Settle = Store + """
        if ARGV[1] == identity and marker ~= '' then redis.call('HSET', KEYS[1], 'settled', identity) end
        return reply
        """;

    // ARGV: marker, then names and seconds of the limits.
    public const string Initialize = Store + """
        reply[6] = '0'
        if marker == '' then
          redis.call('DEL', KEYS[2])
          redis.call('DEL', KEYS[1])
          redis.call('HSET', KEYS[1], 'marker', ARGV[1])
          for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], 'limit:' .. ARGV[i], ARGV[i + 1]) end
          reply[6] = '1'
        end
        return reply
        """;
}
