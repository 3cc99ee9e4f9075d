using System.Text.Json;
using Curfew.Sqlite.Reading;
using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite;

internal sealed class SettingRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement _read = new(connection, "SELECT key, value FROM settings", 0);

    // One statement for all of them: a batch keeps or drops each of its writes as a whole.
    private readonly Statement _write = new(connection, """
        INSERT INTO settings (key, value) SELECT key, value FROM json_each($1) WHERE true
        ON CONFLICT DO UPDATE SET value = excluded.value
        """, 1);

    public Dictionary<string, long> Read()
    {
        var settings = new Dictionary<string, long>(StringComparer.Ordinal);
        using var reader = _read.Query();
        while (reader.Read()) settings.Add(reader.GetString(0), reader.GetInt64(1));
        return settings;
    }

    public int Write(IReadOnlyDictionary<string, long> settings) => _write.Execute(JsonSerializer.Serialize(settings));

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
    }
}
