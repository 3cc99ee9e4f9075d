namespace Curfew.Leases;

/// <summary>
/// The revoker's side of the protocol, for one batch of revocations: asks to list, publish, fence and wait until each
/// lease listed has confirmed or certainly ended. Does no I/O and reads no clock: a carrier drives it. Thread-safe, as
/// confirmations arrive on their own.
/// </summary>
/// <remarks>
/// Start a round only when the revocations are persisted, step (1): a lease taken after the listing is not told, because
/// all that it will hold is read from storage later than that.
/// </remarks>
/// <param name="options">The same as the holders'.</param>
/// <param name="store">The process's memory of the store.</param>
/// <param name="persistedUnder">The store's identity as known before persisting: a store that restarted since may have
/// forgotten the revocation.</param>
public sealed class RevocationRound(LeaseOptions options, StoreWatch store, StoreIdentity persistedUnder)
{
    private readonly Lock _lock = new();
    private readonly HashSet<LeaseId> _unconfirmed = [];
    private readonly Dictionary<LeaseId, ClockReading> _fenced = [];
    private readonly List<LeaseId> _ended = [];
    private StoreIdentity? _listedAt;
    private ClockReading _published;
    private bool _isPublished;
    private bool _persistAgain;
    private bool _unavailable;

    /// <summary>What to do now.</summary>
    public RoundStep Next(in ClockReading now)
    {
        lock (_lock)
        {
            if (_unavailable) return new(RoundStepKind.Unavailable, []);
            if (_persistAgain) return new(RoundStepKind.PersistAgain, []);
            if (_listedAt is null) return new(RoundStepKind.List, []);
            if (!_isPublished && _unconfirmed.Count + _fenced.Count > 0) return new(RoundStepKind.Publish, []);
            if (_unconfirmed.Count > 0)
            {
                var patience = options.ConfirmWithin - now.AtLeastSince(_published);
                return patience > TimeSpan.Zero
                    ? new(RoundStepKind.Wait, [], patience)
                    : new(RoundStepKind.Fence, [.. _unconfirmed]);
            }

            var wait = WaitOutFenced(now);
            var unsettled = store.Remaining(_listedAt, now);
            if (unsettled > wait) wait = unsettled;
            return wait > TimeSpan.Zero
                ? new(RoundStepKind.Wait, [], wait)
                : new(RoundStepKind.Acknowledge, [.. _ended]);
        }
    }

    /// <summary>The leases that the store listed. <paramref name="now"/> is read after the answer arrived.</summary>
    public void Listed(in StoreReply reply, IEnumerable<ListedLease> leases, in ClockReading now)
    {
        ArgumentNullException.ThrowIfNull(leases);
        lock (_lock)
        {
            store.Observe(reply, now);
            if (reply.Store is null)
            {
                _unavailable = true;
                return;
            }

            _persistAgain = persistedUnder != reply.Store;
            _listedAt = reply.Store;
            foreach (var lease in leases)
            {
                if (lease.Fenced) _fenced[lease.Id] = now;
                else _unconfirmed.Add(lease.Id);
            }
        }
    }

    /// <summary>The announcements were published, as far as one can know: from now on confirmations are due.</summary>
    public void Published(in ClockReading now)
    {
        lock (_lock)
        {
            _isPublished = true;
            _published = now;
        }
    }

    /// <summary>The lease's holder has applied the announcements, or the lease has ended.</summary>
    public void Confirmed(LeaseId id)
    {
        lock (_lock)
        {
            _unconfirmed.Remove(id);
            _fenced.Remove(id);
        }
    }

    /// <summary>
    /// The store fenced these leases; what it didn't know any more had been replaced, released or waited out by another
    /// revoker. <paramref name="now"/> is read after the answer arrived: the wait counts from the fence or later.
    /// </summary>
    public void Fenced(in StoreReply reply, IReadOnlyCollection<LeaseId> fenced, in ClockReading now)
    {
        ArgumentNullException.ThrowIfNull(fenced);
        lock (_lock)
        {
            store.Observe(reply, now);
            if (reply.Store is null)
            {
                _unavailable = true;
                return;
            }

            if (reply.Store != _listedAt)
            {
                // "Unknown" from a store that forgot proves nothing, and neither does its list until it is settled.
                Restart(reply.Store);
                return;
            }

            foreach (var id in fenced)
            {
                if (_unconfirmed.Contains(id)) _fenced[id] = now;
            }

            _unconfirmed.Clear();
        }
    }

    private void Restart(StoreIdentity now)
    {
        _persistAgain = persistedUnder != now;
        _listedAt = null;
        _isPublished = false;
        _unconfirmed.Clear();
        _fenced.Clear();
        _ended.Clear();
    }

    private TimeSpan WaitOutFenced(in ClockReading now)
    {
        var longest = TimeSpan.Zero;
        foreach (var (id, since) in _fenced.ToArray())
        {
            var remaining = options.WaitOut - now.AtLeastSince(since);
            if (remaining > longest) longest = remaining;
            if (remaining > TimeSpan.Zero) continue;
            _fenced.Remove(id);
            _ended.Add(id);
        }

        return longest;
    }
}
