using Curfew.Sqlite.Reminders;
using Curfew.Sqlite.Storage;
using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite.Reading;

/// <summary>A connection and its compiled statements, by table. Used by one thread at a time.</summary>
internal sealed class DatabaseConnection(SqliteConnection connection) : IDisposable
{
    public SqliteConnection Sqlite => connection;

    public StateRows States { get; } = new(connection);

    public ReminderRows Reminders { get; } = new(connection);

    public SettingRows Settings { get; } = new(connection);

    public void Dispose()
    {
        States.Dispose();
        Reminders.Dispose();
        Settings.Dispose();
        connection.Dispose();
    }
}
