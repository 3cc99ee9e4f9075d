using System.Security.Cryptography;
using Curfew.Leases;
using Curfew.Redis.Hosting;

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

    /// <summary>
    /// With <see cref="TlsKeyFile"/> and <see cref="TlsAuthorityFile"/>: silos and API nodes speak TLS (1.2 or 1.3) with one another, each shows
    /// its certificate, and nobody else is talked to. A PEM file: this process's certificate, then those between it and the authority, if any.
    /// If it names extended usages, client authentication must be among them, on a silo server authentication, too. Names in it don't matter. Read
    /// anew for each connection: a renewed one needs no restart. On all processes or on none. Default: none, what is said is readable on the network.
    /// </summary>
    public string? TlsCertificateFile { get; set; }

    /// <summary>A PEM file with the private key of the certificate, not encrypted. Default: none.</summary>
    public string? TlsKeyFile { get; set; }

    /// <summary>
    /// A PEM file with the authorities (roots, several while one replaces another) whose certificates are taken: whoever has one
    /// of theirs is trusted with everything, so they should sign for this cluster alone. Default: none.
    /// </summary>
    public string? TlsAuthorityFile { get; set; }

    /// <summary>A silo: others connect to it. An API node only connects to others.</summary>
    internal bool IsCalled { get; set; }

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
        if (CertificateError() is { } untrusted)
            yield return untrusted;
    }

    private string? CertificateError()
    {
        string?[] files = [TlsCertificateFile, TlsKeyFile, TlsAuthorityFile];
        if (files.All(file => file is null))
            return null;
        if (files.Any(string.IsNullOrWhiteSpace))
            return $"{nameof(TlsCertificateFile)}, {nameof(TlsKeyFile)} and {nameof(TlsAuthorityFile)} go together: set all three, or none.";
        try
        {
            return ClusterCertificate.Parse(ClusterCertificateFiles.Read(this)).Refusal(IsCalled) is { } refusal
                ? $"{nameof(TlsCertificateFile)} will be refused by the others{(IsCalled ? " as a silo's" : "")}: {refusal}"
                : null;
        }
        catch (CryptographicException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"A file of {nameof(TlsCertificateFile)}, {nameof(TlsKeyFile)}, {nameof(TlsAuthorityFile)} can't be read: {e.Message}";
        }
    }
}
