using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Curfew.Sqlite.Hosting;

/// <summary>Opens the database before the silo starts and closes it after the silo has stopped, its last writes done.</summary>
internal sealed class SqliteDatabaseLifetime(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Asking for it opens it.
        services.GetRequiredService<SqliteDatabase>();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => services.GetRequiredService<SqliteDatabase>().CloseAsync();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
