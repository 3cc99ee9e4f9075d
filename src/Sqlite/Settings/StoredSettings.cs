namespace Curfew.Sqlite;

/// <summary>
/// Numbers that belong to the data and travel with it (in backups, too): the limits that it was kept for.
/// </summary>
public sealed class StoredSettings
{
    private readonly SqliteDatabase _database;

    internal StoredSettings(SqliteDatabase database) => _database = database;

    /// <summary>All settings by key; empty in a new database.</summary>
    /// <exception cref="StorageUnavailableException">They can't be read.</exception>
    public async Task<IReadOnlyDictionary<string, long>> ReadAsync() =>
        await _database.ReadAsync(c => c.Settings.Read()).ConfigureAwait(false);

    /// <summary>
    /// Adds or replaces these settings, all of them or none, and leaves others as they are. Completes when they are on disk.
    /// </summary>
    /// <exception cref="StorageUnavailableException">They were not written.</exception>
    public Task WriteAsync(IReadOnlyDictionary<string, long> settings, CancellationToken cancellationToken = default)
    {
        var copy = new Dictionary<string, long>(settings, StringComparer.Ordinal);
        return _database.WriteAsync(c => c.Settings.Write(copy), 64 * copy.Count, cancellationToken);
    }
}
