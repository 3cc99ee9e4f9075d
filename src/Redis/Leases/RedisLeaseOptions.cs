using Curfew.Leases;
using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>How a process reaches the Redis that carries the leases: the one that keeps the grains' state, too.</summary>
public sealed class RedisLeaseOptions
{
    /// <summary>Where Redis is, in StackExchange.Redis's format. Time-outs in it are overridden. Never logged.</summary>
    public ConfigurationOptions Connection { get; set; } = new();

    /// <summary>Tells services apart that share a Redis; part of each key. Default: curfew.</summary>
    public string ServiceId { get; set; } = "curfew";

    /// <summary>The same on every process of the service.</summary>
    public LeaseOptions Leases { get; set; } = new();

    /// <summary>What the data must be kept for; compared with what is stored beside the marker.</summary>
    public RevocationLimits Limits { get; set; } = new();

    /// <summary>How long one command may take. Default: 1 second, so that a check with a reading ends within 2.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Refuses a Redis that may lose an acknowledged revocation with its power (<c>appendonly no</c>, or
    /// <c>appendfsync</c> other than <c>always</c>), instead of warning. Default: false.
    /// </summary>
    public bool RequireDurableWrites { get; set; }

    /// <summary>Called when a lease was taken because an earlier one had ended: it lapsed, was fenced, or was given up.</summary>
    public Action? Lapsed { get; set; }

    internal ConfigurationOptions ToConnection()
    {
        var connection = Connection.Clone();
        var milliseconds = (int)CommandTimeout.TotalMilliseconds;
        connection.AbortOnConnectFail = false;
        connection.ConnectTimeout = connection.SyncTimeout = connection.AsyncTimeout = milliseconds;
        connection.ReconnectRetryPolicy = new LinearRetry(milliseconds / 2);
        // A command that can't be sent now fails now: a backlog would send renewals long after they were made.
        connection.BacklogPolicy = BacklogPolicy.FailFast;
        connection.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        connection.HeartbeatConsistencyChecks = false;
        connection.KeepAlive = 1;
        return connection;
    }
}
