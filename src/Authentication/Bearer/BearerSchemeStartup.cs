using Microsoft.Extensions.Hosting;

namespace Curfew.Authentication.Bearer;

/// <summary>Follows the configuration of a scheme from the start on, once it was found right.</summary>
internal sealed class BearerSchemeStartup(SchemeReload reload) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        reload.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
