namespace Curfew.Leases;

/// <summary>
/// The holder's side of the protocol: takes a lease, renews it, and knows for certain when it may no longer answer
/// from memory. Does no I/O and reads no clock: a carrier drives it. Thread-safe.
/// </summary>
/// <remarks>
/// A process that hears announcements must do so before it sends a take: from the moment that the take is executed, it
/// is listed, and a revoker waits for it.
/// </remarks>
public sealed class LeaseHolder(LeaseOptions options, Func<LeaseId>? newId = null)
{
    // More can pile up only while the store is away; whichever is dropped is waited out by a revoker, once.
    private const int EndedRemembered = 8;

    private readonly Lock _lock = new();
    private readonly Func<LeaseId> _newId = newId ?? LeaseId.New;
    private volatile Lease? _current;
    private readonly Queue<LeaseId> _ended = new();
    private LeaseId? _pending;
    private long _number;

    public LeaseOptions Options { get; } = options;

    /// <summary>The latest lease that was granted and not ended. It may have lapsed: ask it.</summary>
    public Lease? Current => _current;

    public bool IsLive(in ClockReading now) => _current is { } lease && lease.IsLive(now);

    /// <summary>
    /// What to send next, every <see cref="LeaseOptions.RenewEvery"/> and at once after a refusal. A lease that
    /// lapsed ends here; it is never renewed again.
    /// </summary>
    /// <param name="now">Read before sending: the term counts from it.</param>
    public LeaseRequest NextRequest(in ClockReading now)
    {
        lock (_lock)
        {
            if (_current is { } lease)
            {
                if (lease.IsLive(now)) return new(lease.Id, IsTake: false, Replaces: [], now);
                EndCurrent();
            }

            EndPending();
            var id = _newId();
            _pending = id;
            return new(id, IsTake: true, [.. _ended], now);
        }
    }

    /// <summary>The store executed the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">Read after the response arrived.</param>
    /// <returns>Whether the lease lives on. False: it lapsed meanwhile, or the request was superseded.</returns>
    public bool Granted(in LeaseRequest request, in ClockReading now)
    {
        lock (_lock)
        {
            if (request.IsTake)
            {
                if (_pending != request.Id) return false;
                var taken = new Lease(request.Id, ++_number, Options, request.Sent);
                if (!taken.IsLive(now)) return false;
                _pending = null;
                _current = taken;
                return true;
            }

            // Without the test for a gap, a late answer would revive a lease that a revoker has waited out.
            if (_current is not { } lease || lease.Id != request.Id || !lease.IsLive(now)) return false;
            lease.Extend(request.Sent);
            return true;
        }
    }

    /// <summary>The store refused: the lease is fenced or unknown, or the store isn't the one that it was.</summary>
    public void Refused(in LeaseRequest request)
    {
        lock (_lock)
        {
            if (_current?.Id == request.Id) EndCurrent();
        }
    }

    /// <summary>
    /// Ends the lease from this side, at once: announcements may have been missed, or the process shuts down. Whoever
    /// asks from now on finds no lease.
    /// </summary>
    /// <returns>The leases to release in the store, so that no revoker has to wait for them.</returns>
    public IReadOnlyList<LeaseId> End()
    {
        lock (_lock)
        {
            EndPending();
            EndCurrent();
            return [.. _ended];
        }
    }

    /// <summary>
    /// The leases to confirm once an announcement was applied to all that is held: the current one, one that is being
    /// taken (all it will hold is read later than the announcement was persisted), and those that ended last.
    /// </summary>
    public IReadOnlyList<LeaseId> Confirmable()
    {
        lock (_lock)
        {
            var ids = new List<LeaseId>(_ended);
            if (_pending is { } pending) ids.Add(pending);
            if (_current is { } lease) ids.Add(lease.Id);
            return ids;
        }
    }

    private void EndCurrent()
    {
        if (_current is not { } lease) return;
        _current = null;
        lease.End();
        Remember(lease.Id);
    }

    // A take whose answer never came may have been executed: one more lease that ended, though it never held anything.
    private void EndPending()
    {
        if (_pending is { } lost) Remember(lost);
        _pending = null;
    }

    private void Remember(LeaseId ended)
    {
        if (_ended.Count == EndedRemembered) _ended.Dequeue();
        _ended.Enqueue(ended);
    }
}
