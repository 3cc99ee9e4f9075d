using Curfew.Sqlite.Reading;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Curfew.Sqlite.Writing;

internal static class SqliteErrors
{
    /// <summary>
    /// False after an error that made SQLite roll back by itself.
    /// </summary>
    public static bool IsInTransaction(this DatabaseConnection connection) =>
        raw.sqlite3_get_autocommit(connection.Sqlite.Handle) == 0;

    /// <summary>Errors that say something about the file or the disk rather than about one statement.</summary>
    public static bool IsOfTheWholeDatabase(this SqliteException exception) => exception.SqliteErrorCode is
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN
        or raw.SQLITE_NOMEM or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL;
}
