namespace Curfew.Api.Audit;

/// <summary>Opened before the first request can revoke anything, and closed after the last one has.</summary>
internal sealed class AuditLifetime(AuditTrail trail) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        trail.Open();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => trail.DisposeAsync().AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
