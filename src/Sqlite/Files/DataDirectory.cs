using System.Text.Json;

namespace Curfew.Sqlite.Files;

/// <summary>
/// The data directory, held by this process alone until it is disposed. It contains
/// <list type="bullet">
/// <item><c>curfew.db</c>, made under another name and renamed when complete: an incomplete one is never seen;</item>
/// <item><c>curfew.json</c>, the marker: written after the database, naming its id. While it is there, the database
/// must be, too: revocations were acknowledged, and an empty database would accept what they refuse;</item>
/// <item><c>curfew.open</c>, from the first write to a clean close. While it is there, <c>curfew.db-wal</c> must be, too: it holds
/// what was acknowledged and isn't in <c>curfew.db</c> yet;</item>
/// <item><c>curfew.lock</c>, locked by the operating system for as long as the process lives, however it ends.</item>
/// </list>
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    public const string DatabaseName = "curfew.db";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream lockFile)
    {
        FullPath = path;
        _lock = lockFile;
    }

    public string FullPath { get; }

    public string DatabasePath => Path.Combine(FullPath, DatabaseName);

    public string MarkerPath => Path.Combine(FullPath, "curfew.json");

    private string LogPath => DatabasePath + "-wal";

    private string OpenPath => Path.Combine(FullPath, "curfew.open");

    private string TemporaryPath => DatabasePath + ".new";

    /// <exception cref="DataDirectoryException">Another process holds it, or it can't be used.</exception>
    public static DataDirectory Hold(string path)
    {
        path = Path.GetFullPath(path);
        var lockPath = Path.Combine(path, "curfew.lock");
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            // FileShare.None is flock(LOCK_EX) on Unix: it ends with the process, so there is nothing stale to clean up.
            return new DataDirectory(path, new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException e) when (File.Exists(lockPath))
        {
            throw new DataDirectoryException(
                $"The data directory '{path}' is in use by another process, which holds '{lockPath}'. Two processes can't " +
                "share one: stop the other, or give this one a data directory of its own.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The data directory '{path}' can't be used: {e.Message}", e);
        }
    }

    /// <summary>Whether there is a database; false where one may be made.</summary>
    /// <exception cref="DataDirectoryException">There was one, and it is gone.</exception>
    public bool HasDatabase()
    {
        if (File.Exists(DatabasePath))
        {
            if (File.Exists(OpenPath) && new FileInfo(LogPath) is not { Exists: true, Length: > 0 })
                throw new DataDirectoryException(
                    $"The log '{LogPath}' is missing, though the last process ended without merging it into '{DatabasePath}': it holds " +
                    "revocations that were acknowledged. Bring it back; a copy of the database needs both files. If another tool (sqlite3, " +
                    $"say) has opened the database since, it has merged the log, and nothing is lost: then delete '{OpenPath}'.");
            return true;
        }

        var trace = new[] { MarkerPath, LogPath }.FirstOrDefault(File.Exists);
        if (trace is null) return false;

        throw new DataDirectoryException(
            $"The database '{DatabasePath}' is missing, but '{trace}' shows that there was one. Starting with an empty one would " +
            "accept every token that was revoked. Bring the file back, or restore a backup into an empty directory (docs/backup.md). " +
            $"To give up all revocations instead, delete '{FullPath}'.");
    }

    /// <summary>Puts a database in place that <paramref name="make"/> builds at the path it is given, and closes.</summary>
    public void AddDatabase(Action<string> make)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" }) File.Delete(TemporaryPath + suffix);
        make(TemporaryPath);
        DurableFile.MoveIntoPlace(TemporaryPath, DatabasePath);
    }

    /// <summary>
    /// Checks that the database is the one that the directory was made with. Without a marker (the process died between
    /// making the two, or someone deleted it) there is a whole database, and the marker is written.
    /// </summary>
    /// <exception cref="DataDirectoryException">It is another one, or the marker is unreadable.</exception>
    public void CheckMarker(Guid databaseId)
    {
        if (!File.Exists(MarkerPath))
        {
            DurableFile.WriteNew(MarkerPath, JsonSerializer.SerializeToUtf8Bytes(new Marker(databaseId)));
            return;
        }

        Marker? marker;
        try
        {
            marker = JsonSerializer.Deserialize<Marker>(File.ReadAllBytes(MarkerPath));
        }
        catch (JsonException e)
        {
            throw new DataDirectoryException(
                $"'{MarkerPath}' is damaged. If '{DatabasePath}' is the right database, delete '{MarkerPath}': it will be written anew.", e);
        }

        if (marker?.Database != databaseId)
            throw new DataDirectoryException(
                $"'{DatabasePath}' is not the database that '{FullPath}' was made with: '{MarkerPath}' names {marker?.Database}, " +
                $"the file is {databaseId}. Put the right file back, or restore a backup into an empty directory (docs/backup.md).");
    }

    /// <summary>From here on the log must not get lost. Called when there is one.</summary>
    public void MarkOpen()
    {
        if (!File.Exists(OpenPath)) DurableFile.WriteNew(OpenPath, []);
    }

    /// <summary>The log is empty: whether it's there doesn't matter any more.</summary>
    public void MarkClosed()
    {
        File.Delete(OpenPath);
        DurableFile.FlushDirectory(FullPath);
    }

    public void Dispose() => _lock.Dispose();

    private sealed record Marker(Guid Database);
}
