using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite.Files;

/// <summary>The tables, and how a connection to them is set up.</summary>
internal static class Schema
{
    /// <summary>In the file's header (<c>PRAGMA user_version</c>). A newer one is refused; an older one would be migrated here.</summary>
    public const int Version = 1;

    /// <summary>"Crfw", in the file's header: what tells this from any other SQLite database.</summary>
    private const int ApplicationId = 0x43726677;

    /// <summary>SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE</summary>
    private const int NoCheckpointOnClose = 1006;

    // states has a rowid: enumerating it reads pages in the order of the file, and a state of many facts doesn't
    // push its neighbours apart in the tree that lookups go through. reminders is clustered by the ring's hash, for Orleans reads ranges of it.
    private const string Tables = """
        CREATE TABLE identity (id BLOB NOT NULL) STRICT;
        CREATE TABLE settings (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE states (
          id INTEGER PRIMARY KEY, state_name TEXT NOT NULL, grain_id TEXT NOT NULL, etag BLOB NOT NULL, data BLOB NOT NULL,
          UNIQUE (grain_id, state_name)) STRICT;
        CREATE TABLE reminders (
          grain_hash INTEGER NOT NULL, grain_id TEXT NOT NULL, name TEXT NOT NULL, start_at INTEGER NOT NULL,
          period INTEGER NOT NULL, etag BLOB NOT NULL, PRIMARY KEY (grain_hash, grain_id, name)) STRICT, WITHOUT ROWID;
        """;

    public static void Create(string path)
    {
        using var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;");
        using var transaction = connection.BeginTransaction();
        Execute(connection, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; {Tables}");
        Execute(connection, "INSERT INTO identity (id) VALUES (randomblob(16))");
        transaction.Commit();
    }

    /// <summary>Opens for writing: every commit is flushed to disk before it returns. What isn't Curfew's is left as it is.</summary>
    /// <exception cref="DataDirectoryException">It isn't a database of Curfew, or is of another version.</exception>
    public static SqliteConnection OpenWriter(string path, out Guid id)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        try
        {
            KeepLogOnClose(connection, true);
            id = Identify(connection);
            // A larger log than SQLite's 4 MB: a page that many commits touched is copied back once. It is cut back
            // after whatever kept it from being reused (a backup) has ended.
            Execute(connection, """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = 4000;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA cache_size = -32768;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenReader(string path)
    {
        // Not Mode=ReadOnly: a reader of a write-ahead log takes part in its shared memory.
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        KeepLogOnClose(connection, true);
        Execute(connection, "PRAGMA query_only = 1;");
        return connection;
    }

    /// <summary>
    /// Whether the log stays when this connection is the last to close. By default SQLite merges it into the database and
    /// deletes it then; that must not happen behind the data directory's back, which takes a log that is gone for lost.
    /// </summary>
    public static void KeepLogOnClose(SqliteConnection connection, bool keep) =>
        _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, keep ? 1 : 0, out _);

    /// <summary>Writes a page of the log, so that there is one from here on.</summary>
    public static void BeginLog(SqliteConnection connection) => Execute(connection, $"PRAGMA user_version = {Version}");

    /// <summary>Copies the log into the database and empties it; false while someone reads from it.</summary>
    public static bool MergeLog(SqliteConnection connection) => Query(connection, "PRAGMA wal_checkpoint(TRUNCATE)") is 0L;

    public static SqliteConnection OpenCopy(string path) => Open(path, SqliteOpenMode.ReadWriteCreate);

    /// <summary>Takes a copied file out of write-ahead logging, so that it is one file without companions.</summary>
    public static void MakeSelfContained(SqliteConnection connection) => Execute(connection, "PRAGMA journal_mode = DELETE");

    /// <summary>Which database this is.</summary>
    /// <exception cref="DataDirectoryException">It isn't one of Curfew's, or is of a newer version.</exception>
    public static Guid Identify(SqliteConnection connection)
    {
        var path = connection.DataSource;
        if (Query(connection, "PRAGMA application_id") is not (long)ApplicationId)
            throw new DataDirectoryException(
                $"'{path}' is not a database of Curfew. Move it away and put the right one in its place, or restore a backup (docs/backup.md).");
        if (Query(connection, "PRAGMA user_version") is not (long)Version and var version)
            throw new DataDirectoryException(
                $"'{path}' was written by another version of Curfew (schema {version}; this one reads {Version}). Run the version that wrote it, or a later one.");
        return new Guid((byte[])Query(connection, "SELECT id FROM identity")!);
    }

    public static object? Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        // No pooling of the library's: a closed database must have no open file. The timeout is how long to wait for
        // someone with the sqlite3 tool who locks the database.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
