using System.Runtime.CompilerServices;
using Curfew.Sqlite.Files;
using Curfew.Sqlite.Reading;
using Curfew.Sqlite.Writing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Curfew.Sqlite;

/// <summary>
/// The one file that holds the grains' states, their reminders and the data's settings. Open from construction to
/// <see cref="CloseAsync"/>; safe for concurrent use.
/// </summary>
/// <remarks>
/// A write completes when it is on disk: write-ahead log, <c>synchronous=FULL</c>. Writes that wait at the same time share
/// one flush. After <c>kill -9</c> or power loss every completed write is there, as far as the disk keeps what it confirmed.
/// </remarks>
public sealed partial class SqliteDatabase : IAsyncDisposable
{
    /// <summary>Rows read at a time: few enough that no read keeps the log from being reused for long.</summary>
    private const int PageSize = 2000;

    private readonly DataDirectory _directory;
    private readonly DatabaseConnection _connection;
    private readonly ILogger _logger;
    private readonly GroupCommitWriter _writer;
    private readonly ReaderPool _readers;
    private readonly Lazy<Task> _closing;

    private SqliteDatabase(DataDirectory directory, SqliteConnection connection, ILogger logger)
    {
        _directory = directory;
        _connection = new DatabaseConnection(connection);
        _logger = logger;
        _writer = new GroupCommitWriter(_connection, () => BeforeCommit(), logger);
        _readers = new ReaderPool(directory.DatabasePath);
        _closing = new Lazy<Task>(CloseOnceAsync);
        Settings = new StoredSettings(this);
    }

    /// <summary>The database's file.</summary>
    public string Path => _directory.DatabasePath;

    public StoredSettings Settings { get; }

    /// <summary>How many transactions were committed since it was opened: each is one flush, for one write or many.</summary>
    public long Commits => _writer.Commits;

    /// <summary>For tests: runs in the writer's thread before each commit, and fails it by throwing.</summary>
    internal Action BeforeCommit { get; set; } = static () => { };

    /// <summary>Opens the database of a data directory, or makes one where none was.</summary>
    /// <exception cref="DataDirectoryException">It is in use, missing, damaged, or of another kind or version; the message
    /// says which file and what to do.</exception>
    public static SqliteDatabase Open(SqliteDatabaseOptions options, TimeProvider time, ILogger<SqliteDatabase> logger)
    {
        var directory = DataDirectory.Hold(options.DataDirectory);
        SqliteConnection? connection = null;
        try
        {
            if (!directory.HasDatabase()) directory.AddDatabase(Schema.Create);

            connection = Schema.OpenWriter(directory.DatabasePath, out var id);
            if (!IntegrityCheck.Run(connection, options.IntegrityCheckTimeout, time))
                LogPartlyChecked(logger, directory.DatabasePath, options.IntegrityCheckTimeout);
            directory.CheckMarker(id);

            BeginLog(directory, connection, logger);
            return new SqliteDatabase(directory, connection, logger);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            directory.Dispose();
            if (e is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_ERROR })
                throw IntegrityCheck.Damaged(directory.DatabasePath, e.Message, e);
            if (e is SqliteException or IOException or UnauthorizedAccessException)
                throw new DataDirectoryException(
                    $"The database '{directory.DatabasePath}' can't be opened: {e.Message} Check the disk, its free space, and who may write there.", e);
            throw;
        }
    }

    /// <summary>
    /// All states of a name, in no order. Streamed in short reads, not a snapshot: a state that is neither
    /// written for the first time nor cleared meanwhile comes exactly once, as it is when it's reached.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The read failed.</exception>
    public async IAsyncEnumerable<StoredState> ReadStatesAsync(
        string stateName, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = 0L;
        var next = ReadPage();
        while (true)
        {
            var page = await next.ConfigureAwait(false);
            if (page.Count == PageSize) next = ReadPage();
            foreach (var state in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return state;
            }

            if (page.Count < PageSize) break;
        }

        // The next page is read while the caller works on this one.
        Task<List<StoredState>> ReadPage() => Task.Run(
            () =>
            {
                var page = new List<StoredState>(PageSize);
                last = _readers.Read(c => c.States.Visit(
                    stateName, last, long.MaxValue, PageSize, (grain, data) => page.Add(new StoredState(grain, data.ToArray())))) ?? last;
                return page;
            },
            cancellationToken);
    }

    /// <summary>
    /// All states of a name, as <see cref="ReadStatesAsync"/> gives them, but handed over in no order, by as many threads as there are
    /// processors: for a start. Threads of their own, so that who is answered meanwhile doesn't wait for one of the pool's.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The read failed.</exception>
    public async Task VisitStatesAsync(string stateName, StateVisitor visit, CancellationToken cancellationToken = default)
    {
        var (first, last) = _readers.Read(c => c.States.Ends());

        // More parts than threads: rows may be missing here and large there.
        var parts = 16L * Environment.ProcessorCount;
        var size = ((last - first) / parts) + 1;
        var taken = 0L;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ =>
            Task.Factory.StartNew(VisitParts, stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        void VisitParts()
        {
            try
            {
                while (Interlocked.Increment(ref taken) is var part && part <= parts)
                    VisitPart(first - 1 + (part * size));
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }

        void VisitPart(long end)
        {
            for (long? after = end - size; after is { } from;)
            {
                stop.Token.ThrowIfCancellationRequested();
                after = _readers.Read(c => c.States.Visit(stateName, from, end, PageSize, visit));
            }
        }
    }

    /// <inheritdoc cref="SqliteBackup.CreateAsync"/>
    public Task BackupAsync(string file) => SqliteBackup.CreateAsync(_directory.FullPath, file);

    /// <summary>
    /// Completes the writes that wait, copies the log into the database file, closes it and frees the data directory. Calls from
    /// then on throw <see cref="StorageUnavailableException"/>. Closing twice is closing once.
    /// </summary>
    public Task CloseAsync() => _closing.Value;

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <exception cref="StorageUnavailableException">The read failed.</exception>
    internal ValueTask<T> ReadAsync<T>(Func<DatabaseConnection, T> read)
    {
        try
        {
            return ValueTask.FromResult(_readers.Read(read));
        }
        catch (StorageUnavailableException e)
        {
            return ValueTask.FromException<T>(e);
        }
    }

    /// <inheritdoc cref="GroupCommitWriter.WriteAsync"/>
    internal Task<T> WriteAsync<T>(Func<DatabaseConnection, T> apply, int size, CancellationToken cancellationToken) =>
        _writer.WriteAsync(apply, size, cancellationToken);

    private static void BeginLog(DataDirectory directory, SqliteConnection connection, ILogger logger)
    {
        try
        {
            Schema.BeginLog(connection);
            directory.MarkOpen();
        }
        catch (Exception e) when (e is IOException or SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR })
        {
            // A full disk stops writes, not checks.
            LogNotMarked(logger, e, directory.FullPath, e.Message);
        }
    }

    private async Task CloseOnceAsync()
    {
        _readers.Dispose();
        await _writer.StopAsync().ConfigureAwait(false);
        try
        {
            if (Schema.MergeLog(_connection.Sqlite))
            {
                _directory.MarkClosed();
                Schema.KeepLogOnClose(_connection.Sqlite, false);
            }
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            // Nothing is lost: the log stays, and is read at the next start.
            LogNotMerged(_logger, e, Path, e.Message);
        }

        _connection.Dispose();
        _directory.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "{Path} was checked in part only: the check did not end within {Timeout}. What was read is sound.")]
    private static partial void LogPartlyChecked(ILogger logger, string path, TimeSpan timeout);

    [LoggerMessage(LogLevel.Warning, "Nothing can be written to {Directory}: {Reason}. Reads work; writes are tried as they come.")]
    private static partial void LogNotMarked(ILogger logger, Exception exception, string directory, string reason);

    [LoggerMessage(LogLevel.Warning, "The log of {Path} could not be merged into it on closing: {Reason}. The next start reads it.")]
    private static partial void LogNotMerged(ILogger logger, Exception exception, string path, string reason);
}
