using Curfew.Leases;

namespace Curfew.Redis;

/// <summary>How a process is part of a cluster: the section <c>Curfew:Cluster</c>, alike on silos and API nodes.</summary>
public sealed class CurfewClusterOptions
{
    /// <summary>
    /// The Redis primary, as StackExchange.Redis writes it: <c>host:port,password=…,ssl=true</c>. One endpoint, or a
    /// Sentinel (<c>serviceName=…</c>): reads never go to a replica. Required.
    /// </summary>
    public string Redis { get; set; } = "";

    /// <summary>Names the cluster in Redis, so that several can share one: 1 to 64 of a-z, 0-9 and '-'. Default: <c>curfew</c>.</summary>
    public string Name { get; set; } = "curfew";

    /// <summary>A silo's port for other silos. Default: 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>A silo's port for API nodes. Default: 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// The address under which other processes reach a silo; null: that of the host's own network interface. It listens on
    /// this address only.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>
    /// How long a silo (or with <c>Consistency=leased</c> an API node) may answer from memory without hearing from Redis. It
    /// bounds how long a logout may wait for a node that died, and how long checks go on while Redis is away. The same on
    /// every process. 1 to 60 seconds. Default: 3 seconds.
    /// </summary>
    public TimeSpan LeaseLength { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// With <c>Consistency=leased</c>: how many bytes an API node may take to remember users without facts, about 45 each, and as
    /// many again for facts, about 31 each. At least 4,096. Default: 64 MiB, some 1.4 million users and 2 million facts; what
    /// doesn't fit is asked for again.
    /// </summary>
    public long LeasedUsersBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Refuse a Redis that may lose an acknowledged revocation with its power (<c>appendonly no</c>, or <c>appendfsync</c>
    /// other than <c>always</c>), instead of warning. Default: false.
    /// </summary>
    public bool RequireDurableWrites { get; set; }

    internal LeaseOptions ToLeases() => new() { Length = LeaseLength };

    /// <summary>What is wrong with these options, one sentence each; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(Redis))
            yield return $"{nameof(Redis)} is required: the connection string of the primary.";
        else if (RedisConfiguration.Errors(Redis) is { } wrong)
            yield return $"{nameof(Redis)} {wrong}";
        if (Name.Length is < 1 or > 64 || Name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')))
            yield return $"{nameof(Name)} is \"{Name}\"; it must be 1 to 64 of a-z, 0-9 and '-'.";
        if (SiloPort is < 1 or > 65535 || GatewayPort is < 1 or > 65535 || SiloPort == GatewayPort)
            yield return $"{nameof(SiloPort)} and {nameof(GatewayPort)} must be two different ports.";
        if (LeasedUsersBytes < 4096)
            yield return $"{nameof(LeasedUsersBytes)} is {LeasedUsersBytes}; it must be at least 4096.";
        foreach (var error in ToLeases().Validate())
            yield return $"{nameof(LeaseLength)}: {error}";
        if (Address is not null && !System.Net.IPAddress.TryParse(Address, out _))
            yield return $"{nameof(Address)} is \"{Address}\"; it must be an IP address.";
    }
}
