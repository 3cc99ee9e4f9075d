using System.Text.Json;
using Curfew.Grains;
using Microsoft.Extensions.Hosting;

namespace Curfew.Sqlite.Hosting;

/// <summary>
/// Reads all facts into memory before the silo starts, and forgets from time to time what has expired. A state that can't
/// be read stops the start: its user's revocations would be unknown.
/// </summary>
internal sealed class ProcessFactsFiller(SqliteDatabase database, ProcessFacts facts, TimeProvider time)
    : BackgroundService, IHostedLifecycleService
{
    // Expired facts change no verdict, they only take room.
    private static readonly TimeSpan RemovalPeriod = TimeSpan.FromMinutes(10);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await foreach (var state in database.ReadStatesAsync(GrainHostingExtensions.StateName, cancellationToken))
        {
            try
            {
                if (StoredScope.TryParse(state.GrainId, out var scope))
                    facts.Add(scope, FactSerializer.Read(state.Data.Span).Facts);
            }
            catch (JsonException e)
            {
                throw new DataDirectoryException(
                    $"The revocations of '{state.GrainId}' in '{database.Path}' can't be read: {e.Message} Start the version that "
                    + "wrote them, or restore a backup (docs/backup.md).", e);
            }
        }

        facts.FilledWhole();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RemovalPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            facts.RemoveExpired(time.GetUtcNow().ToUnixTimeSeconds());
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
