using Curfew.Sqlite.Reading;
using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite.Reminders;

/// <summary>The statements on <c>reminders</c>. Times are .NET ticks (100 ns), instants in UTC.</summary>
internal sealed class ReminderRows(SqliteConnection connection) : IDisposable
{
    private const string Select = "SELECT CAST(grain_id AS BLOB), CAST(name AS BLOB), start_at, period, etag FROM reminders WHERE ";

    private readonly Statement _row = new(connection, Select + "grain_hash = $1 AND grain_id = $2 AND name = $3", 3);
    private readonly Statement _grain = new(connection, Select + "grain_hash = $1 AND grain_id = $2", 2);
    private readonly Statement _range = new(connection, Select + "grain_hash > $1 AND grain_hash <= $2 AND start_at <= $3", 3);
    private readonly Statement _upsert = new(connection, """
        INSERT INTO reminders (grain_hash, grain_id, name, start_at, period, etag) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO UPDATE SET start_at = excluded.start_at, period = excluded.period, etag = excluded.etag
        """, 6);
    private readonly Statement _delete = new(connection,
        "DELETE FROM reminders WHERE grain_hash = $1 AND grain_id = $2 AND name = $3 AND etag = $4", 4);
    private readonly Statement _count = new(connection, "SELECT count(*) FROM reminders", 0);
    private readonly Statement _clear = new(connection, "DELETE FROM reminders", 0);

    public List<ReminderEntry> Read(GrainId grainId) => All(_grain.Query(Hash(grainId), grainId.ToString()));

    public ReminderEntry? Read(GrainId grainId, string name) =>
        All(_row.Query(Hash(grainId), grainId.ToString(), name)).SingleOrDefault();

    /// <summary>
    /// Hashes in (begin, end] of the ring, where begin is not before end it goes on at 0; of these, what starts up to an instant.
    /// </summary>
    public List<ReminderEntry> Read(uint begin, uint end, DateTime until)
    {
        if (begin < end) return All(_range.Query((long)begin, (long)end, until.Ticks));

        var entries = All(_range.Query((long)begin, (long)uint.MaxValue, until.Ticks));
        entries.AddRange(All(_range.Query(-1L, (long)end, until.Ticks)));
        return entries;
    }

    /// <returns>The new etag.</returns>
    public string Upsert(GrainId grainId, string name, DateTime startAt, TimeSpan period)
    {
        var etag = ETag.Next();
        _upsert.Execute(Hash(grainId), grainId.ToString(), name, startAt.Ticks, period.Ticks, etag);
        return ETag.Format(etag);
    }

    public bool Delete(GrainId grainId, string name, string etag) =>
        _delete.Execute(Hash(grainId), grainId.ToString(), name, ETag.Parse(etag)) == 1;

    public long Count()
    {
        using var reader = _count.Query();
        return reader.Read() ? reader.GetInt64(0) : 0;
    }

    public int Clear() => _clear.Execute();

    public void Dispose()
    {
        _row.Dispose();
        _grain.Dispose();
        _range.Dispose();
        _upsert.Dispose();
        _delete.Dispose();
        _count.Dispose();
        _clear.Dispose();
    }

    // As a long: the ring's hashes are unsigned, SQLite's integers have 64 bits.
    private static long Hash(GrainId grainId) => grainId.GetUniformHashCode();

    private static List<ReminderEntry> All(SqliteDataReader reader)
    {
        var entries = new List<ReminderEntry>();
        using (reader)
        {
            while (reader.Read())
            {
                entries.Add(new ReminderEntry
                {
                    GrainId = GrainId.Parse(reader.GetTextOfBlob(0)),
                    ReminderName = reader.GetTextOfBlob(1),
                    StartAt = new DateTime(reader.GetInt64(2), DateTimeKind.Utc),
                    Period = TimeSpan.FromTicks(reader.GetInt64(3)),
                    ETag = ETag.Format(reader.GetFieldValue<byte[]>(4)),
                });
            }
        }

        return entries;
    }
}
