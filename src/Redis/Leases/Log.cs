using Microsoft.Extensions.Logging;

namespace Curfew.Redis;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Lease {Lease} taken.")]
    public static partial void Taken(ILogger logger, string lease);

    [LoggerMessage(2, LogLevel.Warning, "The lease ended: {Reason}. Nothing is answered from memory until a new one is taken.")]
    public static partial void Ended(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Redis can't be used for leases: {Reason}")]
    public static partial void Unavailable(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Redis: {Warning}")]
    public static partial void Setting(ILogger logger, string warning);

    [LoggerMessage(5, LogLevel.Error, "An announcement couldn't be applied; the lease is given up.")]
    public static partial void NotApplied(ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "{Count} leases didn't confirm a revocation in time and are fenced; it waits for them to end.")]
    public static partial void Fencing(ILogger logger, int count);

    [LoggerMessage(7, LogLevel.Warning, "The {Connection} connection to Redis was lost ({Reason}). Checks go on from memory for what is left of the lease.")]
    public static partial void Lost(ILogger logger, string connection, string reason);
}
