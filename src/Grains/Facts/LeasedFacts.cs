using System.Collections.Concurrent;
using Curfew.Index;

namespace Curfew.Grains;

/// <summary>
/// What a process under a lease knows of the users that it was asked about, and for nearly all of them that there is
/// nothing. Every announcement goes into the index at once; facts only add, so what is there from an earlier lease is true,
/// and only the absence of facts is tied to the lease under which it was read.
/// </summary>
internal sealed class LeasedFacts(
    IGrainFactory grains, IMemoryLease lease, SiloCutoffs cutoffs, TimeProvider time, long maxBytes) : ILocalVerdicts, IFactMemory
{
    // A fill is joined while it may still be answered: one that a killed silo took with it would otherwise hold up the
    // user's checks until Orleans gives it up. Less than what an attempt of a check waits, so that each next one asks anew.
    internal static readonly TimeSpan JoinWithin = TimeSpan.FromMilliseconds(200);

    private readonly FactIndex _index = new();
    private readonly KnownUsers _known = new(maxBytes);
    private readonly ConcurrentDictionary<UserKey, Fill> _fills = new();

    public event Action<FactScope>? Changed;

    internal long KnownBytes => _known.Bytes;

    internal int FillsUnderWay => _fills.Count;

    public bool TryCheck(TokenIdentity token, out Verdict verdict)
    {
        verdict = Verdict.None;

        // In this order: the check has started, the lease is found live, memory is read. So each logout that was
        // acknowledged before is in memory, or was acknowledged only because this lease had ended.
        var current = lease.Current;
        var now = time.GetTimestamp();
        if ((uint)current == 0 || !_known.TryGet(token, (uint)current, out var since) || IsOld(since, now)
            || !cutoffs.TryGet(token, current, now, out var held))
        {
            return false;
        }

        verdict = Judge.Decide(token, new LeasedTokenFacts(token, _index.For(token), held));
        return true;
    }

    public async ValueTask<bool> TryFillAsync(TokenIdentity token)
    {
        if (lease.Current == 0)
            return false;

        // Who joins a fill that read storage before this check started is answered by TryCheck, after it: what was
        // acknowledged in between was announced here, or the lease has ended.
        if (!cutoffs.TryGet(token, out _))
            await cutoffs.ReadAsync(token);
        var fill = FillOf(token.User);
        try
        {
            await fill.Done;
        }
        finally
        {
            _fills.TryRemove(new(token.User, fill));
        }

        return true;
    }

    public void Apply(FactScope scope, IReadOnlyCollection<Fact> facts)
    {
        if (scope.Subject is { } subject)
            _index.Add(new UserKey(scope.Issuer, subject), facts);
        else
            cutoffs.Apply(scope.Issuer, facts);
        Changed?.Invoke(scope);
    }

    /// <summary>Forgets what has expired at <paramref name="now"/>, in Unix seconds.</summary>
    public void RemoveExpired(long now) => _index.RemoveExpired(now);

    // The dictionary may make several and keeps one; only that one begins.
    private Fill FillOf(UserKey user)
    {
        while (true)
        {
            var fill = _fills.GetOrAdd(user, NewFill);
            if (time.GetElapsedTime(fill.Created) < JoinWithin)
                return fill;
            _fills.TryRemove(new(user, fill));
        }
    }

    private Fill NewFill(UserKey user) => new(time.GetTimestamp(), () => FillAsync(user));

    private async Task FillAsync(UserKey user)
    {
        // Both before the read: under another lease, or when it is old, what was read counts for nothing.
        var incarnation = (uint)lease.Current;
        var since = Seconds(time.GetTimestamp());
        var facts = await grains.GetGrain<IUserRevocationsGrain>(user.ToString()).ReadAsync();
        _index.Add(user, facts);

        // Absence that was read under a lease that is gone would only take the room of what is known under the next one.
        if (incarnation != 0 && incarnation == (uint)lease.Current)
            _known.Add(user, incarnation, since);
    }

    // Whole seconds, rounded so that nothing gets older than the age.
    private bool IsOld(uint since, long now) =>
        lease.MaxAge is var age && age != Timeout.InfiniteTimeSpan && Seconds(now) - since >= (uint)age.TotalSeconds;

    private uint Seconds(long timestamp) => (uint)(timestamp / time.TimestampFrequency);

    private sealed class Fill(long created, Func<Task> read)
    {
        private readonly Lazy<Task> _done = new(read);

        public long Created => created;

        public Task Done => _done.Value;
    }
}
