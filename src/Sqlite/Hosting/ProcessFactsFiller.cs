using System.Text.Json;
using Curfew.Grains;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Curfew.Sqlite.Hosting;

/// <summary>
/// Reads all facts into memory from before the silo starts. A start waits for it, but not for long: until all facts are there,
/// users' grains are asked, which know as much. A state that can't be read ends the process, before or after: its user's
/// revocations would be unknown.
/// </summary>
internal sealed partial class ProcessFactsFiller(
    SqliteDatabase database, ProcessFacts facts, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ProcessFactsFiller> logger)
    : IHostedLifecycleService
{
    // Some hundred thousand facts are read in it. So nearly every service that is ready answers from memory, and a store that can't be read
    // ends nearly every start at once.
    internal static readonly TimeSpan StartWaits = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private Task _filling = Task.CompletedTask;

    /// <summary>For tests: whether those who read know that they are to stop.</summary>
    internal bool IsStopping { get; private set; }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _filling = FillAsync();
        await Task.WhenAny(_filling, Task.Delay(StartWaits, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (_filling.IsCompleted)
        {
            await _filling;
            return;
        }

        LogGoesOn();
        _filling = FinishAsync(_filling);
    }

    // Nothing may be read when the database is closed.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        IsStopping = true;
        await _filling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task FillAsync()
    {
        await database.VisitStatesAsync(GrainHostingExtensions.StateName, Add, _stopping.Token);
        facts.FilledWhole();
    }

    private async Task FinishAsync(Task filling)
    {
        try
        {
            await filling;
            LogFilled(facts.Live ?? 0);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
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

    [LoggerMessage(1, LogLevel.Information, "Revocations are still being read into memory. Until all are there, checks ask the users' grains.")]
    private partial void LogGoesOn();

    [LoggerMessage(2, LogLevel.Information, "All {Count} revocations are in memory: from now on it answers checks.")]
    private partial void LogFilled(long count);

    [LoggerMessage(3, LogLevel.Critical, "The service ends: {Reason}")]
    private partial void LogFailed(string reason);
}
