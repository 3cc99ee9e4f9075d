using Curfew.Sqlite.Reading;
using Microsoft.Data.Sqlite;

namespace Curfew.Sqlite.Writing;

/// <summary>A write that waits for its batch. It runs as one statement, so if it fails alone, it leaves nothing behind.</summary>
internal abstract class PendingWrite(int size)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private int _state;

    /// <summary>Roughly, in bytes.</summary>
    public int Size => size;

    /// <summary>From here on it can't be cancelled.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Cancelled means: not written, and never will be.</summary>
    public void TryCancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting) OnCancelled(cancellationToken);
    }

    /// <summary>Runs in the batch's transaction and remembers how it went.</summary>
    /// <exception cref="SqliteException">The whole batch has failed.</exception>
    public abstract void Apply(DatabaseConnection connection);

    /// <summary>
    /// Tells the caller, after the commit. A conflict waits, too: what it conflicts with may be a neighbour
    /// that is gone if the batch fails.
    /// </summary>
    public abstract void Complete();

    public abstract void Fail(Exception reason);

    protected abstract void OnCancelled(CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class PendingWrite<T>(Func<DatabaseConnection, T> apply, int size) : PendingWrite(size)
{
    // The writer's thread must not run the callers' continuations.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _failure;

    public Task<T> Completion => _completion.Task;

    public override void Apply(DatabaseConnection connection)
    {
        try
        {
            _result = apply(connection);
        }
        catch (SqliteException e) when (connection.IsInTransaction() && !e.IsOfTheWholeDatabase())
        {
            _failure = new StorageUnavailableException($"Writing '{connection.Sqlite.DataSource}' failed: {e.Message}", e);
        }
        catch (Exception e) when (e is not SqliteException)
        {
            _failure = e;
        }
    }

    public override void Complete()
    {
        if (_failure is null) _completion.TrySetResult(_result!);
        else _completion.TrySetException(_failure);
    }

    public override void Fail(Exception reason) => _completion.TrySetException(reason);

    protected override void OnCancelled(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
