using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Curfew.Sqlite.Files;

/// <summary>
/// SQLite's <c>quick_check</c>: every page is reachable once, every tree is in order, every row is well formed. It
/// doesn't compare indexes with tables, and a flipped bit inside of a value escapes it: SQLite keeps no checksums.
/// </summary>
internal static class IntegrityCheck
{
    private const int Interrupted = 9;
    private const int InstructionsBetweenLooks = 1000;

    /// <summary>True when all was checked and is sound; false when the time was over first.</summary>
    /// <exception cref="DataDirectoryException">The file is damaged.</exception>
    public static bool Run(SqliteConnection connection, TimeSpan timeout, TimeProvider time)
    {
        var started = time.GetTimestamp();
        raw.sqlite3_progress_handler(
            connection.Handle, InstructionsBetweenLooks, _ => time.GetElapsedTime(started) >= timeout ? 1 : 0, null);
        try
        {
            if (Schema.Query(connection, "PRAGMA quick_check(1)") is not "ok" and var finding)
                throw Damaged(connection.DataSource, $"{finding}", null);
            return true;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Interrupted)
        {
            return false;
        }
        finally
        {
            raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }
    }

    /// <summary>The thorough one, however long it takes: indexes are compared with their tables, too.</summary>
    public static void RunToTheEnd(SqliteConnection connection)
    {
        if (Schema.Query(connection, "PRAGMA integrity_check(1)") is not "ok" and var finding)
            throw Damaged(connection.DataSource, $"{finding}", null);
    }

    public static DataDirectoryException Damaged(string path, string finding, Exception? cause) => new(
        $"The database '{path}' can't be used: {finding}. It was left as it is. Copy its directory, then restore the last backup into an empty one " +
        "(docs/backup.md), or try to salvage the copy with the sqlite3 tool's .recover.", cause);
}
