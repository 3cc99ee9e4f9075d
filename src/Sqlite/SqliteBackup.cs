using Curfew.Sqlite.Files;
using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite;

/// <summary>Backups of a data directory: one file each, consistent as of one instant.</summary>
public static class SqliteBackup
{
    /// <summary>
    /// Copies the database of a data directory to a new file, while a process uses it or not, and without
    /// stopping its writes: they gather in the log meanwhile, so a backup of gigabytes needs free space for it. The
    /// copy is checked whole, flushed, and only then gets its name.
    /// </summary>
    /// <remarks>Every write that was completed before the call is in the backup.</remarks>
    /// <param name="dataDirectory">The directory that holds <c>curfew.db</c>.</param>
    /// <param name="file">The backup; must not exist. The same name + <c>.new</c> is used while it is made.</param>
    /// <exception cref="DataDirectoryException">There is no database, or it or the copy is damaged.</exception>
    /// <exception cref="IOException">The file exists, or can't be written.</exception>
    public static Task CreateAsync(string dataDirectory, string file) => Task.Run(() => Create(dataDirectory, file));

    /// <summary>
    /// Makes a data directory out of a backup. What was revoked after the backup is forgotten: see docs/backup.md.
    /// </summary>
    /// <param name="file">The backup. It is checked whole first, and left as it is.</param>
    /// <param name="dataDirectory">A directory without a database; made if it doesn't exist.</param>
    /// <exception cref="DataDirectoryException">The backup is damaged, or the directory is in use or has had a database.</exception>
    public static Task RestoreAsync(string file, string dataDirectory) => Task.Run(() => Restore(file, dataDirectory));

    private static void Create(string dataDirectory, string file)
    {
        file = Path.GetFullPath(file);
        if (File.Exists(file)) throw new IOException($"'{file}' exists. Name a new file for the backup.");

        var database = Path.Combine(Path.GetFullPath(dataDirectory), DataDirectory.DatabaseName);
        if (!File.Exists(database)) throw new DataDirectoryException($"There is no database '{database}' to back up.");

        var temporary = file + ".new";
        Delete(temporary);
        try
        {
            using (var source = Schema.OpenReader(database))
            using (var copy = Schema.OpenCopy(temporary))
            {
                Schema.Identify(source);
                // One step, in one read transaction: steps would start anew after each commit.
                source.BackupDatabase(copy);
                Schema.MakeSelfContained(copy);
                IntegrityCheck.RunToTheEnd(copy);
            }

            DurableFile.MoveIntoPlace(temporary, file);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CANTOPEN)
        {
            throw new IOException($"Copying '{database}' to '{temporary}' failed: {e.Message}", e);
        }
        catch (SqliteException e)
        {
            throw IntegrityCheck.Damaged(database, e.Message, e);
        }
        finally
        {
            Delete(temporary);
        }
    }

    private static void Restore(string file, string dataDirectory)
    {
        file = Path.GetFullPath(file);
        if (!File.Exists(file)) throw new DataDirectoryException($"There is no backup '{file}'.");

        using var directory = DataDirectory.Hold(dataDirectory);
        if (directory.HasDatabase())
            throw new DataDirectoryException($"'{directory.FullPath}' has a database. Restore into an empty directory, or move it away first.");

        try
        {
            var id = Guid.Empty;
            directory.AddDatabase(path =>
            {
                File.Copy(file, path);
                using var connection = Schema.OpenWriter(path, out id);
                Schema.KeepLogOnClose(connection, false);
                IntegrityCheck.RunToTheEnd(connection);
            });
            directory.CheckMarker(id);
        }
        catch (Exception e) when (e is SqliteException or DataDirectoryException)
        {
            throw new DataDirectoryException($"The backup '{file}' can't be restored into '{directory.FullPath}': {e.Message}", e);
        }
    }

    private static void Delete(string path)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" }) File.Delete(path + suffix);
    }
}
