using System.Text.Json;
using Curfew.Grains;
using Microsoft.Extensions.Hosting;

namespace Curfew.Sqlite.Hosting;

/// <summary>
/// Reads all facts into memory before the silo starts. A state that can't be read stops the start: its user's revocations
/// would be unknown.
/// </summary>
internal sealed class ProcessFactsFiller(SqliteDatabase database, ProcessFacts facts) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await database.VisitStatesAsync(GrainHostingExtensions.StateName, Add, cancellationToken);
        facts.FilledWhole();
    }

    private void Add(string grainId, ReadOnlySpan<byte> state)
    {
        try
        {
            if (StoredScope.TryParse(grainId, out var scope))
                facts.Add(scope, FactSerializer.Read(state).Facts);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new DataDirectoryException(
                $"The revocations of '{grainId}' in '{database.Path}' can't be read: {e.Message} Start the version that "
                + "wrote them, or restore a backup (docs/backup.md).", e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
