using System.Collections.Concurrent;
using Curfew.Index;

namespace Curfew.Grains;

/// <summary>
/// What a process under a lease knows of the users that it was asked about, and for nearly all of them that there is
/// nothing. Every announcement goes into the index at once; facts only add, so what is there from an earlier lease is true,
/// and only the absence of facts is tied to the lease under which it was read.
/// </summary>
/// <param name="maxBytes">What those who are known may take, and what facts may.</param>
internal sealed class LeasedFacts(
    IGrainFactory grains, IMemoryLease lease, SiloCutoffs cutoffs, TimeProvider time, long maxBytes) : ILocalVerdicts, IFactMemory
{
    // A fill is joined while it may still be answered: one that a killed silo took with it would otherwise hold up the
    // user's checks until Orleans gives it up. Less than what an attempt of a check waits, so that each next one asks anew.
    internal static readonly TimeSpan JoinWithin = TimeSpan.FromMilliseconds(200);

    // An index takes some room while it is empty.
    private readonly long _mostFactBytes = new FactIndex().Bytes + maxBytes;

    // Replaced as a whole when its facts take too much: whoever is known is known together with his facts, or not at all.
    private volatile Memory _memory = new(new FactIndex(), new KnownUsers(maxBytes));
    private readonly ConcurrentDictionary<UserKey, Fill> _fills = new();

    public event Action<FactScope>? Changed;

    internal long KnownBytes => _memory.Known.Bytes;

    internal long FactBytes => _memory.Facts.Bytes;

    internal int FillsUnderWay => _fills.Count;

    public bool TryCheck(TokenIdentity token, out Verdict verdict)
    {
        verdict = Verdict.None;

        // In this order: the check has started, the lease is found live, memory is read. So each logout that was
        // acknowledged before is in memory, or was acknowledged only because this lease had ended.
        var current = lease.Current;
        var now = time.GetTimestamp();
        var memory = _memory;
        if ((uint)current == 0 || !memory.Known.TryGet(token, (uint)current, out var since) || IsOld(since, now)
            || !cutoffs.TryGet(token, current, now, out var held))
        {
            return false;
        }

        verdict = Judge.Decide(token, new LeasedTokenFacts(token, memory.Facts.For(token), held));
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
            Add(_memory, new UserKey(scope.Issuer, subject), facts);
        else
            cutoffs.Apply(scope.Issuer, facts);
        Changed?.Invoke(scope);
    }

    /// <summary>Forgets what has expired at <paramref name="now"/>, in Unix seconds.</summary>
    public void RemoveExpired(long now) => _memory.Facts.RemoveExpired(now);

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
        var memory = _memory;
        var facts = await grains.GetGrain<IUserRevocationsGrain>(user.ToString()).ReadAsync();
        Add(memory, user, facts);

        // Absence that was read under a lease that is gone would only take the room of what is known under the next one.
        if (incarnation != 0 && incarnation == (uint)lease.Current)
            memory.Known.Add(user, incarnation, since);
    }

    // What takes too much room is forgotten with all who are known, and read again. Whoever adds to what was forgotten just now
    // adds nothing that is missed: it was persisted before, and each fill of the new memory begins, and reads storage, later.
    private void Add(Memory memory, UserKey user, IReadOnlyCollection<Fact> facts)
    {
        if (facts.Count > 0 && memory.Facts.Add(user, facts) && memory.Facts.Bytes > _mostFactBytes)
            Interlocked.CompareExchange(ref _memory, new(new FactIndex(), new KnownUsers(maxBytes)), memory);
    }

    // Whole seconds, rounded so that nothing gets older than the age.
    private bool IsOld(uint since, long now) =>
        lease.MaxAge is var age && age != Timeout.InfiniteTimeSpan && Seconds(now) - since >= (uint)age.TotalSeconds;

    private uint Seconds(long timestamp) => (uint)(timestamp / time.TimestampFrequency);

    private sealed record Memory(FactIndex Facts, KnownUsers Known);

    private sealed class Fill(long created, Func<Task> read)
    {
        private readonly Lazy<Task> _done = new(read);

        public long Created => created;

        public Task Done => _done.Value;
    }
}
