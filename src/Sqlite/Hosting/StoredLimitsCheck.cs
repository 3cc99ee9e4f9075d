using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Curfew.Sqlite.Hosting;

/// <summary>
/// Refuses to start with limits larger than those that the data was kept for, and stores smaller ones: from then on, facts
/// are kept for these.
/// </summary>
internal sealed class StoredLimitsCheck(SqliteDatabase database, IOptions<RevocationLimits> limits) : IHostedLifecycleService
{
    // Prefixed, for the table holds other settings, too.
    private const string Prefix = "limit:";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var stored = (await database.Settings.ReadAsync())
            .Where(setting => setting.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(setting => setting.Key[Prefix.Length..], setting => setting.Value);
        if (limits.Value.ConflictsWith(stored).ToList() is { Count: > 0 } conflicts)
        {
            throw new DataDirectoryException(
                string.Join(" ", conflicts) + " Configure the smaller limits again, or, once no token or session that began before "
                + $"now can outlive them, set {nameof(RevocationLimits.AcceptLarger)} for one start.");
        }

        var configured = limits.Value.ToStored();
        if (configured.Any(limit => !stored.TryGetValue(limit.Key, out var kept) || kept != limit.Value))
            await database.Settings.WriteAsync(configured.ToDictionary(limit => Prefix + limit.Key, limit => limit.Value), cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
