using System.Threading.Channels;
using Curfew.Sqlite.Files;
using Curfew.Sqlite.Reading;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Curfew.Sqlite.Writing;

/// <summary>
/// The one writer: takes all the writes that wait, applies them in one transaction, commits (one flush to disk for all
/// of them), then completes each. While it flushes, the next batch gathers: the more callers, the larger the batches.
/// </summary>
internal sealed partial class GroupCommitWriter
{
    /// <summary>A batch ends at either, so that no write waits for too large a transaction.</summary>
    private const int MaxBatch = 1024;
    private const int MaxBatchBytes = 4 << 20;

    /// <summary>Beyond that many waiting writes, callers wait to hand theirs over.</summary>
    private const int MaxWaiting = 16 * MaxBatch;

    private readonly Channel<PendingWrite> _waiting = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, AllowSynchronousContinuations = false });
    private readonly DatabaseConnection _connection;
    private readonly Action _beforeCommit;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _failing;
    private long _commits;

    /// <param name="connection">Its own until <see cref="StopAsync"/> has completed; not closed by it.</param>
    /// <param name="beforeCommit">For tests: runs when a batch is about to be committed; what it throws is the commit's failure.</param>
    /// <param name="logger">Told once when writes begin to fail, and once when they succeed again.</param>
    public GroupCommitWriter(DatabaseConnection connection, Action beforeCommit, ILogger logger)
    {
        _connection = connection;
        _beforeCommit = beforeCommit;
        _logger = logger;
        // A thread of its own, for it blocks in flushes: on the pool it would take a thread from the grains.
        new Thread(Run) { IsBackground = true, Name = "Curfew SQLite writer" }.Start();
    }

    private string DatabasePath => _connection.Sqlite.DataSource;

    /// <summary>How many transactions were committed.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Completes when the write is on disk.</summary>
    /// <param name="apply">Executes at most one statement that writes.</param>
    /// <param name="size">About how many bytes it writes.</param>
    /// <param name="cancellationToken">Ends the wait for a place in a batch. What is in a batch is written.</param>
    /// <exception cref="StorageUnavailableException">It was not written.</exception>
    public async Task<T> WriteAsync<T>(Func<DatabaseConnection, T> apply, int size, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<T>(apply, size);
        try
        {
            await _waiting.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StorageUnavailableException($"The database '{DatabasePath}' is closed.");
        }

        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingWrite)state!).TryCancel(token), write);
        return await write.Completion.ConfigureAwait(false);
    }

    /// <summary>Writes what waits, and ends. Later writes fail.</summary>
    public Task StopAsync()
    {
        _waiting.Writer.TryComplete();
        return _ended.Task;
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(MaxBatch);
        while (Gather(batch))
        {
            Write(batch);
            batch.Clear();
        }

        _ended.SetResult();
    }

    private bool Gather(List<PendingWrite> batch)
    {
        for (var bytes = 0; ;)
        {
            while (batch.Count < MaxBatch && bytes < MaxBatchBytes && _waiting.Reader.TryRead(out var write))
            {
                if (!write.TryTake()) continue;
                batch.Add(write);
                bytes += write.Size;
            }

            if (batch.Count > 0) return true;
            if (!_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) return false;
        }
    }

    private void Write(List<PendingWrite> batch)
    {
        try
        {
            Schema.Execute(_connection.Sqlite, "BEGIN IMMEDIATE");
            foreach (var write in batch) write.Apply(_connection);
            _beforeCommit();
            Schema.Execute(_connection.Sqlite, "COMMIT");
        }
        catch (Exception e) // Whatever it was: the thread must live, and every caller must hear.
        {
            RollBack();
            if (!_failing) LogFailing(e, DatabasePath, e.Message);
            _failing = true;
            foreach (var write in batch)
                write.Fail(new StorageUnavailableException($"Writing '{DatabasePath}' failed: {e.Message}", e));
            return;
        }

        Interlocked.Increment(ref _commits);
        if (_failing) LogRecovered(DatabasePath);
        _failing = false;
        foreach (var write in batch) write.Complete();
    }

    private void RollBack()
    {
        try
        {
            if (_connection.IsInTransaction()) Schema.Execute(_connection.Sqlite, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // Then the next BEGIN fails, and it is tried again.
        }
    }

    [LoggerMessage(LogLevel.Error, "Writing to {Path} fails: {Reason}. Until it succeeds again, writes are refused; reads go on.")]
    private partial void LogFailing(Exception exception, string path, string reason);

    [LoggerMessage(LogLevel.Information, "Writing to {Path} succeeds again.")]
    private partial void LogRecovered(string path);
}
