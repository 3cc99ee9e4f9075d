using Microsoft.Extensions.Hosting;

namespace Curfew.Redis.Hosting;

/// <summary>
/// Has a silo read the membership table by a clock that nobody sets. Orleans reads it as often by itself, but its timers end at an
/// instant of wall time: once the clock was set back it reads nothing for as long as that was, and serves on after the others
/// took it for dead.
/// </summary>
internal sealed class MembershipRefresh(IClusterMembershipService membership, TimeProvider time) : BackgroundService
{
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                // What it finds is Orleans's to act on: a silo that is dead in the table ends.
                using var limit = new CancellationTokenSource(Every, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
                await membership.Refresh(default, either.Token);
            }
#pragma warning disable CA1031 // Redis is away, or the silo isn't there yet: who needs it tells. It is read again.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }
}
