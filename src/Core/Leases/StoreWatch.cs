namespace Curfew.Leases;

/// <summary>
/// A revoker's memory of the store's identity: after a restart or failover, leases may be missing from the list, and
/// nothing is acknowledged until every lease granted before has certainly ended. One a process. Thread-safe.
/// </summary>
/// <remarks>
/// The store's own uptime isn't trusted: Redis reckons it from its wall clock, which may step. A process that waited
/// on its monotonic clock leaves a note instead (<see cref="StoreReply.Settled"/>), so only the first one has to.
/// </remarks>
public sealed class StoreWatch(LeaseOptions options)
{
    private readonly Lock _lock = new();
    private StoreIdentity? _seen;
    private ClockReading _firstSeen;
    private bool _settled;

    /// <summary>The identity seen last; null before the first answer, and while the marker is missing.</summary>
    public StoreIdentity? Current
    {
        get
        {
            lock (_lock) return _seen;
        }
    }

    /// <summary>Takes note of an answer. <paramref name="now"/> is read after it arrived.</summary>
    public void Observe(in StoreReply reply, in ClockReading now)
    {
        lock (_lock)
        {
            if (reply.Store != _seen)
            {
                _seen = reply.Store;
                _firstSeen = now;
                _settled = false;
            }

            _settled |= reply.Settled && reply.Store is not null;
        }
    }

    /// <summary>
    /// How much longer nothing may be acknowledged under <paramref name="store"/>; zero when it is settled. The full
    /// wait for an identity that isn't the current one.
    /// </summary>
    public TimeSpan Remaining(StoreIdentity store, in ClockReading now)
    {
        lock (_lock)
        {
            if (store != _seen) return options.WaitOut;
            if (_settled) return TimeSpan.Zero;
            var remaining = options.WaitOut - now.AtLeastSince(_firstSeen);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>The identity to write down as settled, when this process has waited and nobody has noted it yet.</summary>
    public StoreIdentity? ToSettle(in ClockReading now)
    {
        lock (_lock)
        {
            return _seen is not null && !_settled && now.AtLeastSince(_firstSeen) >= options.WaitOut ? _seen : null;
        }
    }
}
