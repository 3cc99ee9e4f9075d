using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Curfew.Index;

/// <summary>
/// Users with the stamp of their fill, each in one of two buckets of eight. One writer at a time, readers without a lock.
/// Slots are overwritten, so a reader takes a stamp only if it is the same before and after it compared the user.
/// </summary>
internal sealed class KnownUsersTable(int buckets)
{
    public const int Slots = 8;
    public const int BucketWords = 3 * Slots;
    public const int BucketBytes = BucketWords * sizeof(ulong);

    // A bucket: eight low halves, eight high halves, eight stamps. A stamp is the incarnation and the second; 0 is none.
    private readonly ulong[] _words = new ulong[buckets * BucketWords];

    public enum Outcome
    {
        Full,
        Replaced,
        Taken,
    }

    public int Buckets => buckets;

    public long Bytes => _words.Length * (long)sizeof(ulong);

    /// <summary>The user's stamp, or 0.</summary>
    public ulong Find(ScopeDigest user)
    {
        var stamp = Find(user, First(user));
        return stamp != 0 ? stamp : Find(user, Second(user));
    }

    /// <summary>For the writer only.</summary>
    public Outcome Put(ScopeDigest user, uint incarnation, uint since, bool evict)
    {
        var stamp = ((ulong)incarnation << 32) | since;
        int empty = -1, mostEmpty = 0, oldest = -1;
        var oldestRank = ulong.MaxValue;
        foreach (var bucket in (ReadOnlySpan<int>)[First(user), Second(user)])
        {
            int firstEmpty = -1, allEmpty = 0;
            for (var at = bucket; at < bucket + Slots; at++)
            {
                var held = _words[at + (2 * Slots)];
                if (_words[at] == user.Low && _words[at + Slots] == user.High)
                {
                    // A fill that was overtaken by a later one says less.
                    if (held < stamp)
                        Volatile.Write(ref _words[at + (2 * Slots)], stamp);
                    return Outcome.Replaced;
                }

                if (held == 0 && ++allEmpty == 1)
                    firstEmpty = at;

                // Those of another incarnation are worth nothing: they go first.
                var rank = held >> 32 == incarnation ? held : 0;
                if (held != 0 && rank < oldestRank)
                    (oldest, oldestRank) = (at, rank);
            }

            // The emptier bucket of the two: so both are full only when the whole table nearly is.
            if (allEmpty > mostEmpty)
                (empty, mostEmpty) = (firstEmpty, allEmpty);
        }

        if (empty >= 0)
        {
            Write(empty, user, stamp);
            return Outcome.Taken;
        }

        if (oldestRank != 0 && !evict)
            return Outcome.Full;
        Write(oldest, user, stamp);
        return Outcome.Replaced;
    }

    /// <summary>For the writer only: copies those of one incarnation, as far as there is room; how many there are then.</summary>
    public int CopyTo(KnownUsersTable larger, uint incarnation)
    {
        var taken = 0;
        for (var bucket = 0; bucket < _words.Length; bucket += BucketWords)
        {
            for (var at = bucket; at < bucket + Slots; at++)
            {
                var stamp = _words[at + (2 * Slots)];
                if (stamp >> 32 == incarnation
                    && larger.Put(new ScopeDigest(_words[at + Slots], _words[at]), incarnation, (uint)stamp, true) == Outcome.Taken)
                {
                    taken++;
                }
            }
        }

        return taken;
    }

    private ulong Find(ScopeDigest user, int bucket)
    {
        ref var words = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), bucket);
        for (var slot = 0; slot < Slots; slot++)
        {
            // First without the ceremony: a user's low half is nearly always that user's alone.
            if (Volatile.Read(ref Unsafe.Add(ref words, slot)) != user.Low)
                continue;
            ref var stamp = ref Unsafe.Add(ref words, slot + (2 * Slots));
            var before = Volatile.Read(ref stamp);
            if (Volatile.Read(ref Unsafe.Add(ref words, slot)) == user.Low
                && Volatile.Read(ref Unsafe.Add(ref words, slot + Slots)) == user.High
                && Volatile.Read(ref stamp) == before)
            {
                return before;
            }
        }

        return 0;
    }

    // Without a stamp while its user changes: a reader who saw the old user never takes the new one's stamp.
    private void Write(int at, ScopeDigest user, ulong stamp)
    {
        Interlocked.Exchange(ref _words[at + (2 * Slots)], 0);
        Volatile.Write(ref _words[at], user.Low);
        Volatile.Write(ref _words[at + Slots], user.High);
        Volatile.Write(ref _words[at + (2 * Slots)], stamp);
    }

    private int First(ScopeDigest user) => BucketOf(user.Low >> 32);

    private int Second(ScopeDigest user) => BucketOf(user.High >> 32);

    private int BucketOf(ulong hash) => (int)((hash * (ulong)buckets) >> 32) * BucketWords;
}
