using System.Collections.Concurrent;
using Curfew.Sqlite.Files;
using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite.Reading;

/// <summary>
/// Connections for reading. The writer never blocks them, nor they the writer, and each read sees what was committed
/// (and so flushed) before it began.
/// </summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private readonly ConcurrentBag<DatabaseConnection> _idle = [];
    private volatile bool _disposed;

    /// <summary>
    /// Reads on the calling thread: a lookup takes microseconds, which a hop to another thread would double.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The read failed.</exception>
    public T Read<T>(Func<DatabaseConnection, T> read)
    {
        if (_disposed) throw new StorageUnavailableException($"The database '{path}' is closed.");

        DatabaseConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection)) connection = new DatabaseConnection(Schema.OpenReader(path));
            var result = read(connection);
            Return(connection);
            return result;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw new StorageUnavailableException($"Reading '{path}' failed: {e.Message}", e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection)) connection.Dispose();
    }

    private void Return(DatabaseConnection connection)
    {
        _idle.Add(connection);
        // Looked at after the Add: whichever of the two comes last, the connection is closed.
        if (_disposed && _idle.TryTake(out var left)) left.Dispose();
    }
}
