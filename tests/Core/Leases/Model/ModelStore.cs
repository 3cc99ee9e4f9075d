namespace Curfew.Leases.Model;

/// <summary>
/// Redis, as far as the protocol knows it: facts, leases, the marker, the note that an identity is settled. Each operation is
/// atomic. A restart may forget leases, and a write that no listing has followed yet; the rest is durable.
/// </summary>
internal sealed class ModelStore(Simulation simulation, Mutation mutation)
{
    private readonly Dictionary<LeaseId, bool> _fencedByLease = [];
    private readonly ulong[] _facts = new ulong[Schedule.Keys];
    private readonly ulong[] _unlisted = new ulong[Schedule.Keys];
    private ulong[]? _backup;
    private string? _marker = "1";
    private StoreIdentity? _settled;
    private int _run = 1;
    private int _markers = 1;

    public bool IsDown { get; private set; }

    public bool IsMarked => _marker is not null;

    private StoreIdentity? Identity => _marker is null ? null : new(_marker, $"{_run}", "");

    public StoreReply Reply() => mutation switch
    {
        Mutation.RestartedStoreTrusted => new(Identity is null ? null : new("1", "1", ""), Settled: true),
        Mutation.EmptiedStoreTrusted => new(Identity ?? new("1", $"{_run}", ""), Settled: true),
        _ => new(Identity, Identity is not null && Identity == _settled),
    };

    public ulong Read(int key) => _facts[key];

    public void Persist(int key, ulong facts)
    {
        _unlisted[key] |= facts & ~_facts[key];
        _facts[key] |= facts;
    }

    public bool Take(LeaseRequest request, StoreIdentity? known)
    {
        foreach (var ended in request.Replaces) _fencedByLease.Remove(ended);
        if (Reply().Store is null) return false;
        if (Reply().Store != known && mutation != Mutation.TakeOutlivesARestart) return false;
        if (mutation == Mutation.TakeUnfences) _fencedByLease[request.Id] = false;
        else _fencedByLease.TryAdd(request.Id, false);
        return !_fencedByLease[request.Id];
    }

    public bool Renew(LeaseRequest request)
    {
        if (Reply().Store is null) return false;
        if (mutation == Mutation.RenewalRevivesAMissingLease) return _fencedByLease.TryAdd(request.Id, false) || !_fencedByLease[request.Id];
        return _fencedByLease.TryGetValue(request.Id, out var fenced) && !fenced;
    }

    public List<ListedLease> List(int key, ulong announced)
    {
        _unlisted[key] &= ~announced;
        return [.. _fencedByLease.Select(lease => new ListedLease(lease.Key, lease.Value))];
    }

    public List<LeaseId> Fence(IReadOnlyList<LeaseId> ids)
    {
        var known = ids.Where(_fencedByLease.ContainsKey).ToList();
        if (mutation != Mutation.WaitWithoutFencing) known.ForEach(id => _fencedByLease[id] = true);
        return known;
    }

    public void Remove(IReadOnlyList<LeaseId> ids)
    {
        foreach (var id in ids) _fencedByLease.Remove(id);
    }

    public void Settle(StoreIdentity identity)
    {
        if (identity == Identity) _settled = identity;
    }

    public void Restart(TimeSpan downFor)
    {
        IsDown = true;
        _run++;
        var all = simulation.Chance(0.5);
        foreach (var id in _fencedByLease.Keys.ToArray())
        {
            if (all || simulation.Chance(0.5)) _fencedByLease.Remove(id);
        }

        for (var key = 0; key < Schedule.Keys; key++)
        {
            if (simulation.Chance(0.5)) _facts[key] &= ~_unlisted[key];
            _unlisted[key] = 0;
        }

        simulation.After(downFor, () => IsDown = false);
    }

    /// <summary>Emptied; later the operator puts the facts back from a copy, and initialises anew.</summary>
    public void Flush(TimeSpan until)
    {
        _backup ??= new ulong[Schedule.Keys];
        for (var key = 0; key < Schedule.Keys; key++) _backup[key] |= _facts[key];
        Array.Clear(_facts);
        _fencedByLease.Clear();
        _marker = null;
        _settled = null;
        simulation.After(until, () =>
        {
            for (var key = 0; key < Schedule.Keys; key++)
            {
                // What the operator put back is on disk, even if a late write of the same made it look new.
                _facts[key] |= _backup[key];
                _unlisted[key] &= ~_backup[key];
            }

            _marker = $"{++_markers}";
        });
    }
}
