using Microsoft.Extensions.Hosting;

namespace Curfew.Grains;

/// <summary>Makes a memory of facts forget what has expired, from time to time: it changes no verdict and takes room.</summary>
/// <param name="removeExpired">Removes what has expired at an instant in Unix seconds.</param>
public sealed class ExpiredFactsRemoval(Action<long> removeExpired, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            removeExpired(time.GetUtcNow().ToUnixTimeSeconds());
    }
}
