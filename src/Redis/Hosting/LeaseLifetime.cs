using Microsoft.Extensions.Hosting;

namespace Curfew.Redis.Hosting;

/// <summary>Holds a lease from before the silo starts until after it has stopped, and then gives it back.</summary>
internal sealed class LeaseLifetime(RedisLeases leases) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        leases.Start();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => leases.DisposeAsync().AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
