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

    // What was true before the read that the served facts come from began. Announcements are counted, not flagged: while
    // a read that one of them asked for is under way, the facts from before it still must not answer.
    private Moment _servedAs = new(0, -1, 0);
    private int _announcements;

    // Reads are numbered as they begin.
    private long _readsBegun;
    private long _servedRead;

    public DurableFacts(
        IGrainContext activation, IPersistentState<StoredFacts> state, ExpiryReminder reminder, IMemoryLease lease, TimeProvider time)
    {
        _state = state;
        _reminder = reminder;
        _lease = lease;
        _time = time;

        // Orleans reads the state at SetupState, so this is around that read as ReadStorageAsync is around its own.
        Moment before = default;
        activation.ObservableLifecycle.Subscribe(
            nameof(DurableFacts), GrainLifecycleStage.First,
            _ =>
            {
                before = Now();
                return Task.CompletedTask;
            });
        activation.ObservableLifecycle.Subscribe(
            nameof(DurableFacts), GrainLifecycleStage.Activate,
            _ =>
            {
                Serve(before);
                return Task.CompletedTask;
            });
    }

    /// <summary>Told from any thread that storage holds more than this memory does: it is read again before the next answer.</summary>
    public void MarkStale() => Interlocked.Increment(ref _announcements);

    /// <summary>The facts, if memory may answer right now.</summary>
    public bool TryGet(out FactSet facts)
    {
        facts = _served;
        var current = _lease.Current;
        return current != 0 && current == _servedAs.Lease
            && Volatile.Read(ref _announcements) == _servedAs.Announcements && !IsOld();
    }

    /// <summary>The facts as they stand in storage no earlier than now, for when memory may not answer.</summary>
    public async Task<FactSet> ReadAsync()
    {
        var begunBefore = _readsBegun;
        await _gate.WaitAsync();
        try
        {
            // A read that began while this one waited is as good: calls that pile up cost one read together, not one each.
            if (_servedRead <= begunBefore)
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
    /// durable. The facts are returned as they stand then, merged, even when they were there before: somebody else's acknowledgement of them may
    /// still be under way.
    /// </summary>
    public async Task<IReadOnlyList<Fact>?> AddAsync(Func<FactSet, IReadOnlyList<Fact>?> plan)
    {
        await _gate.WaitAsync();
        try
        {
            var begun = _readsBegun;
            for (var attempt = 1; ; attempt++)
            {
                if (!TryGet(out _))
                    await ReadStorageAsync();
                if (plan(_served) is not { } facts)
                    return null;
                var next = new FactSet(_served);
                var changed = false;
                foreach (var fact in facts)
                    changed |= next.Add(fact);
                var merged = facts.Select(fact => next.TryGet(fact.Id, out var found) ? found : fact).ToList();
                if (!changed && !IsSole && _servedRead <= begun)
                {
                    // What memory holds was durable once. A store that failed over since may have lost it, and this is what
                    // would write it again: only storage may say that there is nothing to do.
                    MarkStale();
                    continue;
                }

                if (!changed || await TryPersistAsync(next, attempt))
                    return merged;
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
        await _gate.WaitAsync();
        try
        {
            _reminder.Forget();
            for (var attempt = 1; ; attempt++)
            {
                if (!TryGet(out _))
                    await ReadStorageAsync();
                var next = new FactSet(_served);
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
                // The state goes first: a reminder without facts removes itself at its next tick. The reminder is that from
                // before, so one that a neighbour has registered for new facts meanwhile is not taken away from them.
                var reminder = await _reminder.FindAsync();
                if (_state.RecordExists)
                    await _state.ClearStateAsync();
                await _reminder.RemoveAsync(reminder);
            }

            _served = next;
            return true;
        }
        catch (InconsistentStateException) when (attempt < MaxAttempts)
        {
            // The stored version changed underneath: what is there is merged with, never overwritten. Whoever changed it
            // may have removed the reminder as well.
            MarkStale();
            _reminder.Forget();
            await ReadStorageAsync();
            return false;
        }
        catch
        {
            // Nobody knows what is stored now.
            MarkStale();
            throw;
        }
    }

    private async Task ReadStorageAsync()
    {
        // Taken before the read: what is announced, or what lease is lost, while it is under way makes it old at once.
        var before = Now();
        var number = ++_readsBegun;
        try
        {
            await _state.ReadStateAsync();
        }
        catch
        {
            MarkStale();
            throw;
        }

        Serve(before);
        _servedRead = number;
    }

    private Moment Now() => new(_lease.Current, Volatile.Read(ref _announcements), _time.GetTimestamp());

    private void Serve(Moment before)
    {
        var facts = new FactSet();
        foreach (var fact in _state.State.Facts)
            facts.Add(fact);
        _served = facts;
        _servedAs = before;
    }

    // Nobody else writes the store, and it forgets nothing without this process.
    private bool IsSole => _lease.MaxAge == Timeout.InfiniteTimeSpan;

    private bool IsOld() =>
        !IsSole && _time.GetElapsedTime(_servedAs.Timestamp) > _lease.MaxAge;

    private readonly record struct Moment(long Lease, int Announcements, long Timestamp);
}
