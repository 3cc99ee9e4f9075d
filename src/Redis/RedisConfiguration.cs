using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>A connection string as every connection of this process uses it.</summary>
internal static class RedisConfiguration
{
    // Longer than a pause of the server's fsync, shorter than anybody waits for a check.
    private const int TimeoutMilliseconds = 1000;

    public static ConfigurationOptions Parse(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);

        // A process that starts before Redis does waits for it; one whose Redis went away answers 503 until it is back.
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = TimeoutMilliseconds;
        options.AsyncTimeout = TimeoutMilliseconds;
        options.SyncTimeout = TimeoutMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry(250);

        // Fail at once rather than queue: what was queued would be written long after its caller was told 503.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.KeepAlive = 1;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        options.ClientName ??= "curfew";
        return options;
    }

    /// <summary>What is wrong with a connection string, never with its password; null when all is well.</summary>
    public static string? Errors(string connectionString)
    {
        try
        {
            var options = ConfigurationOptions.Parse(connectionString);
            return options.EndPoints.Count == 1 || options.ServiceName is not null
                ? null
                : $"names {options.EndPoints.Count} endpoints; name the primary alone, or a Sentinel and its serviceName.";
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return "is not a connection string of StackExchange.Redis.";
        }
    }
}
