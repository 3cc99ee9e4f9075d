using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Curfew.Index;

/// <summary>
/// An open-addressed table of facts, of a size that never changes. One writer at a time; any number of readers beside it,
/// without a lock.
/// </summary>
/// <remarks>
/// A slot is used for one key, for as long as the table lives: it never moves, and what has expired leaves it with the
/// value 0. So a reader never meets another fact's value in the slot that it found, and never misses a key that was
/// there when it began. A bucket with an empty slot ends a search. A slot's key is published last, and its halves and its
/// value are aligned words, which are read and written at once.
/// </remarks>
internal sealed class FactTable(int buckets)
{
    private const int Slots = 8;
    private const int BucketWords = 3 * Slots;

    // A bucket: eight low halves of keys (one cache line), eight high halves, eight values.
    private readonly ulong[] _words = new ulong[buckets * BucketWords];

    // A word a bucket, so a byte a slot: three bits for each scope and kind of fact that is here. All kinds of a scope are
    // in one word, so what a user has no facts of costs no look at the keys. About 1 in 45 that aren't here look as if
    // they were, and are looked up in vain.
    private readonly ulong[] _scopes = new ulong[buckets];

    public int Buckets => buckets;

    public int Capacity => buckets * Slots;

    public long Bytes => (_words.Length + _scopes.Length) * (long)sizeof(ulong);

    /// <summary>The shard's number of a scope is in the six highest bits; the filter takes others.</summary>
    public static ulong Mix(uint scope) => scope * 0x9E37_79B9_7F4A_7C15UL;

    /// <summary>False: no fact of this kind of this scope is here.</summary>
    public bool MayHave(ulong mixedScope, FactKind kind) =>
        Has(Volatile.Read(ref _scopes[ScopeWord(mixedScope)]), ScopeMask(mixedScope), kind);

    /// <summary>False: no fact of a user is here that could revoke a token of theirs.</summary>
    public bool MayRevokeOfUser(ulong mixedUser)
    {
        var (word, mask) = (Volatile.Read(ref _scopes[ScopeWord(mixedUser)]), ScopeMask(mixedUser));
        return Has(word, mask, FactKind.Token) || Has(word, mask, FactKind.Session) || Has(word, mask, FactKind.UserCutoff);
    }

    /// <summary>False: no cutoff of an issuer is here.</summary>
    public bool MayRevokeOfIssuer(ulong mixedIssuer)
    {
        var (word, mask) = (Volatile.Read(ref _scopes[ScopeWord(mixedIssuer)]), ScopeMask(mixedIssuer));
        return Has(word, mask, FactKind.ClientCutoff) || Has(word, mask, FactKind.IssuerCutoff);
    }

    /// <summary>The fact's value; 0 where there is none.</summary>
    public ulong Find(FactKey key)
    {
        var at = IndexOf(key);
        return at < 0 ? 0 : Volatile.Read(ref _words[at]);
    }

    /// <summary>For the writer only. The slots that are taken by it: 1 or 0. There must be an empty one.</summary>
    public int Put(FactKey key, ulong value)
    {
        var at = IndexOf(key);
        if (at < 0)
        {
            Append(key, value);
            return 1;
        }

        Volatile.Write(ref _words[at], value);
        return 0;
    }

    /// <summary>For the writer only: empties the values that have expired, and says how many.</summary>
    public int RemoveExpired(long now)
    {
        var removed = 0;
        for (var first = 2 * Slots; first < _words.Length; first += BucketWords)
        {
            foreach (ref var value in _words.AsSpan(first, Slots))
            {
                if (value == 0 || !FactValue.HasExpired(value, now))
                    continue;
                Volatile.Write(ref value, 0);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>For the writer only: another table with all that is live here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FactTable CopyTo(FactTable larger)
    {
        for (var bucket = 0; bucket < _words.Length; bucket += BucketWords)
        {
            for (var low = bucket; low < bucket + Slots; low++)
            {
                if (_words[low + (2 * Slots)] != 0)
                    larger.Append(new FactKey(_words[low + Slots], _words[low]), _words[low + (2 * Slots)]);
            }
        }

        return larger;
    }

    // A key that isn't here.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Append(FactKey key, ulong value)
    {
        // The filter first: a reader who doesn't see it doesn't look.
        var mixed = Mix(key.Scope);
        ref var scope = ref _scopes[ScopeWord(mixed)];
        Volatile.Write(ref scope, scope | OfKind(ScopeMask(mixed), key.Kind));
        for (var bucket = Home(key); ; bucket = bucket + 1 == buckets ? 0 : bucket + 1)
        {
            for (var low = bucket * BucketWords; low < (bucket * BucketWords) + Slots; low++)
            {
                if (_words[low] != 0)
                    continue;
                _words[low + Slots] = key.High;
                _words[low + (2 * Slots)] = value;
                Volatile.Write(ref _words[low], key.Low);
                return;
            }
        }
    }

    // Where the value of a key is; -1 where the key isn't. Optimized from its first call on: a start fills the index in its first seconds,
    // in which the runtime optimizes nothing by itself, and unoptimized vectors are many times slower.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int IndexOf(FactKey key)
    {
        ref var words = ref MemoryMarshal.GetArrayDataReference(_words);
        var wanted = Vector256.Create(key.Low);
        for (var bucket = Home(key); ; bucket = bucket + 1 == buckets ? 0 : bucket + 1)
        {
            ref var lows = ref Unsafe.Add(ref words, bucket * BucketWords);
            var first = Vector256.LoadUnsafe(ref lows);
            var second = Vector256.LoadUnsafe(ref lows, 4);
            var found = Vector256.Equals(first, wanted).ExtractMostSignificantBits()
                | (Vector256.Equals(second, wanted).ExtractMostSignificantBits() << 4);
            for (; found != 0; found &= found - 1)
            {
                var slot = BitOperations.TrailingZeroCount(found);
                if (Volatile.Read(ref Unsafe.Add(ref lows, Slots + slot)) == key.High)
                    return (bucket * BucketWords) + (2 * Slots) + slot;
            }

            if (Vector256.EqualsAny(first, Vector256<ulong>.Zero) || Vector256.EqualsAny(second, Vector256<ulong>.Zero))
                return -1;
        }
    }

    private int Home(FactKey key) => (int)(((key.Low >> 32) * (ulong)buckets) >> 32);

    private int ScopeWord(ulong mixed) => (int)(((mixed >> 26 & 0xFFFF_FFFF) * (ulong)buckets) >> 32);

    private static bool Has(ulong word, ulong scopeMask, FactKind kind) =>
        OfKind(scopeMask, kind) is var mask && (word & mask) == mask;

    private static ulong OfKind(ulong scopeMask, FactKind kind) => BitOperations.RotateLeft(scopeMask, 11 * (int)kind);

    private static ulong ScopeMask(ulong mixed) =>
        (1UL << (int)(mixed >> 8 & 63)) | (1UL << (int)(mixed >> 14 & 63)) | (1UL << (int)(mixed >> 20 & 63));
}
