using System.Text;
using Curfew.Sqlite.Reading;
using Microsoft.Data.Sqlite;
using Orleans.Storage;
using SQLitePCL;

namespace Curfew.Sqlite.Storage;

/// <summary>The statements on <c>states</c>. Each write is one statement, which checks the etag and writes.</summary>
internal sealed class StateRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement _read = new(connection, "SELECT etag, data FROM states WHERE grain_id = $1 AND state_name = $2", 2);
    private readonly Statement _insert = new(connection, """
        INSERT INTO states (grain_id, state_name, etag, data) VALUES ($1, $2, $3, $4) ON CONFLICT (grain_id, state_name) DO NOTHING
        """, 4);
    private readonly Statement _update = new(connection,
        "UPDATE states SET etag = $3, data = $4 WHERE grain_id = $1 AND state_name = $2 AND etag = $5", 5);
    private readonly Statement _delete = new(connection, "DELETE FROM states WHERE grain_id = $1 AND state_name = $2 AND etag = $3", 3);

    // The + keeps the index out: rows come in the file's order. The blob is what GetString would cut at a NUL.
    private readonly Statement _visit = new(connection, """
        SELECT id, CAST(grain_id AS BLOB), data FROM states WHERE id > $1 AND id <= $2 AND +state_name = $3 ORDER BY id LIMIT $4
        """, 4);
    private readonly Statement _ends = new(connection, "SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM states", 0);

    public (string ETag, byte[] Data)? Read(string grainId, string stateName)
    {
        using var reader = _read.Query(grainId, stateName);
        return reader.Read() ? (ETag.Format(reader.GetFieldValue<byte[]>(0)), reader.GetFieldValue<byte[]>(1)) : null;
    }

    /// <returns>The new etag.</returns>
    /// <exception cref="InconsistentStateException">What is stored is not what <paramref name="etag"/> names.</exception>
    public string Write(string grainId, string stateName, string? etag, byte[] data)
    {
        var next = ETag.Next();
        var written = string.IsNullOrEmpty(etag)
            ? _insert.Execute(grainId, stateName, next, data)
            : _update.Execute(grainId, stateName, next, data, ETag.Parse(etag));
        return written == 1 ? ETag.Format(next) : throw Conflict(grainId, stateName, etag);
    }

    /// <inheritdoc cref="Write"/>
    public void Clear(string grainId, string stateName, string? etag)
    {
        if (string.IsNullOrEmpty(etag))
        {
            if (Read(grainId, stateName) is not null) throw Conflict(grainId, stateName, etag);
        }
        else if (_delete.Execute(grainId, stateName, ETag.Parse(etag)) != 1)
        {
            throw Conflict(grainId, stateName, etag);
        }
    }

    /// <summary>The first and the last row's number; (1, 0) where there are no rows.</summary>
    public (long First, long Last) Ends()
    {
        using var reader = _ends.Query();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>
    /// Hands over up to <paramref name="count"/> rows of a state name, after row <paramref name="after"/> and up to row
    /// <paramref name="last"/>, where they lie in SQLite's own memory.
    /// </summary>
    /// <returns>The last row's number; null when there are no more.</returns>
    public long? Visit(string stateName, long after, long last, int count, StateVisitor visit)
    {
        using var reader = _visit.Query(after, last, stateName, count);
        var visited = 0;
        for (; reader.Read(); visited++)
        {
            after = reader.GetInt64(0);
            visit(Encoding.UTF8.GetString(raw.sqlite3_column_blob(reader.Handle, 1)), raw.sqlite3_column_blob(reader.Handle, 2));
        }

        return visited == count ? after : null;
    }

    public void Dispose()
    {
        _read.Dispose();
        _insert.Dispose();
        _update.Dispose();
        _delete.Dispose();
        _visit.Dispose();
        _ends.Dispose();
    }

    private InconsistentStateException Conflict(string grainId, string stateName, string? etag) => new(
        $"The state '{stateName}' of {grainId} is not the one that was read.", Read(grainId, stateName)?.ETag, etag);
}
