using System.Collections.Concurrent;

namespace Curfew.Grains;

/// <summary>
/// The client and issuer cutoffs that this silo has been asked about, and their absence, held under its lease: the
/// user's grain gives the whole verdict in one call, and no grain is asked once per request.
/// </summary>
internal sealed class SiloCutoffs(IGrainFactory grains, IMemoryLease lease, TimeProvider time)
{
    // Only verified tokens are asked about, so an issuer decides how many clients there are. Past this many all are
    // forgotten and read again as they come: slower, never wrong.
    private const int MaxHeld = 100_000;

    private readonly ConcurrentDictionary<(string Issuer, string? ClientId), Held> _held = new();

    /// <summary>The cutoffs, if all that concern the token are held and memory may answer.</summary>
    public bool TryGet(TokenIdentity token, out HeldCutoffs cutoffs) =>
        TryGet(token, lease.Current, time.GetTimestamp(), out cutoffs);

    /// <summary>The same, for who has found the lease live already, and read the clock.</summary>
    public bool TryGet(TokenIdentity token, long current, long now, out HeldCutoffs cutoffs)
    {
        var client = HeldCutoffs.None;
        var authorizedParty = HeldCutoffs.None;
        var found = TryGet(token.User.Issuer, null, current, now, out var issuer)
            && (token.ClientId is null || TryGet(token.User.Issuer, token.ClientId, current, now, out client))
            && (token.AuthorizedParty is null || TryGet(token.User.Issuer, token.AuthorizedParty, current, now, out authorizedParty));
        cutoffs = new HeldCutoffs(client, authorizedParty, issuer);
        return found;
    }

    /// <summary>The cutoffs, read from their grains' storage where they aren't held.</summary>
    public async Task<HeldCutoffs> ReadAsync(TokenIdentity token)
    {
        var issuer = token.User.Issuer;
        return new HeldCutoffs(
            token.ClientId is { } client ? await ReadAsync(issuer, client) : HeldCutoffs.None,
            token.AuthorizedParty is { } party ? await ReadAsync(issuer, party) : HeldCutoffs.None,
            await ReadAsync(issuer, null));
    }

    /// <summary>Takes cutoffs that are durable; called before they are acknowledged.</summary>
    public void Apply(string issuer, IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
            Apply(issuer, fact);
    }

    private void Apply(string issuer, Fact fact)
    {
        var client = fact.Id.Kind == FactKind.ClientCutoff ? fact.Id.Id : null;

        // Only what is held needs to know: whatever is read from now on finds the fact in storage. A read that is under
        // way has put its entry there before it began, so the announcement is merged into it.
        if (_held.TryGetValue((issuer, client), out var held))
            held.Raise(fact.Number);
    }

    private bool TryGet(string issuer, string? client, long current, long now, out long cutoff)
    {
        cutoff = HeldCutoffs.None;
        return _held.TryGetValue((issuer, client), out var held) && held.TryGet(current, now, lease.MaxAge, time, out cutoff);
    }

    private async Task<long> ReadAsync(string issuer, string? client)
    {
        if (TryGet(issuer, client, lease.Current, time.GetTimestamp(), out var cutoff))
            return cutoff;
        if (_held.Count >= MaxHeld)
            _held.Clear();
        var held = _held.GetOrAdd((issuer, client), static _ => new Held());
        var leaseBeforeRead = lease.Current;
        var readAt = time.GetTimestamp();
        ICutoffGrain grain = client is null
            ? grains.GetGrain<IIssuerCutoffGrain>(issuer)
            : grains.GetGrain<IClientCutoffGrain>(new ClientKey(issuer, client).ToString());
        if (await grain.ReadAsync() is { } read)
            held.Raise(read);
        held.Filled(leaseBeforeRead, readAt);
        return held.Cutoff;
    }

    // A cutoff only grows, so announcements and reads merge in any order, and a lost lease can't make one wrong, only old.
    private sealed class Held
    {
        private long _cutoff = HeldCutoffs.None;
        private long _lease;
        private long _readAt;

        public long Cutoff => Volatile.Read(ref _cutoff);

        public void Raise(long cutoff)
        {
            var seen = Volatile.Read(ref _cutoff);
            while (seen < cutoff)
            {
                var found = Interlocked.CompareExchange(ref _cutoff, cutoff, seen);
                if (found == seen)
                    return;
                seen = found;
            }
        }

        public void Filled(long leaseBeforeRead, long readAt)
        {
            Volatile.Write(ref _readAt, readAt);
            Volatile.Write(ref _lease, leaseBeforeRead);
        }

        public bool TryGet(long current, long now, TimeSpan maxAge, TimeProvider time, out long cutoff)
        {
            var fresh = current != 0 && Volatile.Read(ref _lease) == current
                && (maxAge == Timeout.InfiniteTimeSpan || time.GetElapsedTime(Volatile.Read(ref _readAt), now) <= maxAge);
            cutoff = Cutoff;
            return fresh;
        }
    }
}
