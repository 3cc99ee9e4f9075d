using Microsoft.Extensions.Hosting;

namespace Curfew.Grains;

/// <summary>
/// Counts users with revocations for <c>curfew.users.live</c>, while somebody listens. Apart from the listener: a store may
/// answer late, and an exporter must not wait for it.
/// </summary>
internal sealed class UsersSampler(IStoredUsers users, CurfewInstruments instruments, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (instruments.MeasuresUsers)
                instruments.UsersCounted(await CountAsync(stoppingToken));
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<long?> CountAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await users.CountAsync(stoppingToken).WaitAsync(Period, time, stoppingToken);
        }
#pragma warning disable CA1031 // A store fails in its own ways, all of which mean that nobody knows; who needs it logs why.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
