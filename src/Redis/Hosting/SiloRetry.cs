using Microsoft.Extensions.Logging;

namespace Curfew.Redis.Hosting;

/// <summary>Silos or Redis may come later than an API node; until then its answer is 503, not an exit.</summary>
internal sealed partial class SiloRetry(TimeProvider time, ILogger<SiloRetry> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private bool _told;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (!_told)
            LogWaiting(exception.Message);
        _told = true;
        await Task.Delay(RetryAfter, time, cancellationToken);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "No silo is found yet, and checks are answered with 503: {Reason}")]
    private partial void LogWaiting(string reason);
}
