using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Curfew.Sqlite.Hosting;

/// <summary>Opens the database before the silo starts and closes it after the silo has stopped, its last writes done.</summary>
internal sealed class SqliteDatabaseLifetime(IServiceProvider services) : IHostedLifecycleService
{
    private SqliteDatabase? _database;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Asking for it opens it.
        _database = services.GetRequiredService<SqliteDatabase>();
        return Task.CompletedTask;
    }

    // A host that is stopped twice at once (by its own program and by a test) may have disposed of its services by now.
    public Task StoppedAsync(CancellationToken cancellationToken) => _database?.CloseAsync() ?? Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
