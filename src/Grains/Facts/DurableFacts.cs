using Orleans.Storage;

namespace Curfew.Grains;

// The facts of one grain: what is served is what is durable. Used on the grain's own turns only, but for MarkStale.
internal sealed class DurableFacts
{
    // A neighbour that writes the same state (another activation, after a split) is merged with; that it wins this often
    // in a row means that something else is wrong.
    private const int MaxAttempts = 10;

    // One writer at a time; reads of the served facts go on meanwhile.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly IPersistentState<StoredFacts> _state;
    private readonly ExpiryReminder _reminder;
    private readonly IMemoryLease _lease;
    private readonly TimeProvider _time;
    private FactSet _served = new();
    private long _readUnder;
    private long _readAt;
    private volatile bool _stale = true;

    public DurableFacts(
        IGrainContext activation, IPersistentState<StoredFacts> state, ExpiryReminder reminder, IMemoryLease lease, TimeProvider time)
    {
        _state = state;
        _reminder = reminder;
        _lease = lease;
        _time = time;

        // Orleans reads the state at SetupState, so this is around that read as ReadStorageAsync is around its own.
        long leaseBeforeRead = 0;
        activation.ObservableLifecycle.Subscribe(
            nameof(DurableFacts), GrainLifecycleStage.First,
            _ =>
            {
                _stale = false;
                leaseBeforeRead = lease.Current;
                return Task.CompletedTask;
            });
        activation.ObservableLifecycle.Subscribe(
            nameof(DurableFacts), GrainLifecycleStage.Activate,
            _ =>
            {
                Serve(leaseBeforeRead);
                return Task.CompletedTask;
            });
    }

    /// <summary>Told from any thread that storage holds more than this memory does: it is read again before the next answer.</summary>
    public void MarkStale() => _stale = true;

    /// <summary>The facts, if memory may answer right now.</summary>
    public bool TryGet(out FactSet facts)
    {
        facts = _served;
        var current = _lease.Current;
        return current != 0 && current == _readUnder && !_stale && !IsOld();
    }

    /// <summary>The facts as they stand in storage, for when memory may not answer.</summary>
    public async Task<FactSet> ReadAsync()
    {
        await _gate.WaitAsync();
        try
        {
            await ReadStorageAsync();
            return _served;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Persists what <paramref name="plan"/> makes of the current facts; null when the plan refuses. Completes when it is
    /// durable. The facts are returned even when they were there before: somebody else's acknowledgement of them may
    /// still be under way.
    /// </summary>
    public async Task<IReadOnlyList<Fact>?> AddAsync(Func<FactSet, IReadOnlyList<Fact>?> plan)
    {
        await _gate.WaitAsync();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (!TryGet(out _))
                    await ReadStorageAsync();
                if (plan(_served) is not { } facts)
                    return null;
                var next = Copy();
                var changed = false;
                foreach (var fact in facts)
                    changed |= next.Add(fact);
                if (!changed || await TryPersistAsync(next, attempt))
                    return facts;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Drops what has expired; when nothing is left, the state and the reminder go, too.</summary>
    public async Task ExpireAsync()
    {
        _reminder.Ticked();
        await _gate.WaitAsync();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (!TryGet(out _))
                    await ReadStorageAsync();
                var next = Copy();
                var nothingExpired = !next.DropExpired(_time.GetUtcNow().ToUnixTimeSeconds());
                if (nothingExpired && next.NextExpiry is { } expiry)
                {
                    await _reminder.EnsureAsync(expiry);
                    return;
                }

                if (await TryPersistAsync(next, attempt))
                    return;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<bool> TryPersistAsync(FactSet next, int attempt)
    {
        next.DropExpired(_time.GetUtcNow().ToUnixTimeSeconds());
        try
        {
            if (next.NextExpiry is { } expiry)
            {
                await _reminder.EnsureAsync(expiry);
                _state.State = new StoredFacts { Facts = next.Facts };
                await _state.WriteStateAsync();
            }
            else
            {
                // The state first: a reminder without facts removes itself at its next tick.
                if (_state.RecordExists)
                    await _state.ClearStateAsync();
                await _reminder.RemoveAsync();
            }

            _served = next;
            return true;
        }
        catch (InconsistentStateException) when (attempt < MaxAttempts)
        {
            // The stored version changed underneath: what is there is merged with, never overwritten.
            await ReadStorageAsync();
            return false;
        }
        catch
        {
            // Nobody knows what is stored now.
            _stale = true;
            throw;
        }
    }

    private async Task ReadStorageAsync()
    {
        // Both before the read: what is announced, or what lease is lost, while it is under way makes it old at once.
        _stale = false;
        var current = _lease.Current;
        try
        {
            await _state.ReadStateAsync();
        }
        catch
        {
            _stale = true;
            throw;
        }

        Serve(current);
    }

    private void Serve(long leaseBeforeRead)
    {
        var facts = new FactSet();
        foreach (var fact in _state.State.Facts)
            facts.Add(fact);
        _served = facts;
        _readUnder = leaseBeforeRead;
        _readAt = _time.GetTimestamp();
    }

    private FactSet Copy()
    {
        var copy = new FactSet();
        foreach (var fact in _served.Facts)
            copy.Add(fact);
        return copy;
    }

    private bool IsOld() =>
        _lease.MaxAge != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(_readAt) > _lease.MaxAge;
}
