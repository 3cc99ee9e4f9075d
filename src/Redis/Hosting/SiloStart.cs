using Curfew.Leases;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Curfew.Redis.Hosting;

/// <summary>
/// Lets a silo start only when it holds a lease: Orleans gives up, and the process ends, where Redis isn't there yet. One
/// that must not be used, for its settings or for what its data was kept for, ends the start.
/// </summary>
internal sealed partial class SiloStart(RedisLeases leases, TimeProvider time, ILogger<SiloStart> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(2);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var told = false;
        while (!leases.Holder.IsLive(ClockReading.Of(time)))
        {
            if (leases.Refused is { Count: > 0 } reasons)
                throw new InvalidOperationException(string.Join(' ', reasons));
            if (!told && time.GetElapsedTime(began) > TellAfter)
            {
                LogWaiting();
                told = true;
            }

            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "The silo waits for Redis: it must be there, and marked as this cluster's store (initialize).")]
    private partial void LogWaiting();
}
