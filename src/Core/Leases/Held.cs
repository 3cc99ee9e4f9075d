using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Curfew.Leases;

/// <summary>
/// What a process holds in memory under its lease, by key (a user, or a cutoff). Reads take no lock. Everything held
/// belongs to one incarnation of the lease: with the next one it is gone, all at once. Thread-safe.
/// </summary>
/// <remarks>
/// A value is answered with only if, in this order, the check has started, the clock was read, and the lease was found
/// live. Then every revocation acknowledged before the check started is in the value: this lease confirmed it once it was
/// applied, or was taken after its listing and has read it from storage.
/// </remarks>
/// <param name="holder">Whose lease it is.</param>
/// <param name="merge">Joins what is held with what was announced. Must not lose anything of either, in any order.</param>
/// <param name="capacity">How many keys are held at most (roughly, under concurrency). What is dropped is read again.</param>
public sealed class Held<TKey, TValue>(LeaseHolder holder, Func<TValue, TValue, TValue> merge, int capacity)
    where TKey : notnull
{
    private readonly Lock _turnOver = new();
    private volatile Generation? _generation;

    /// <summary>How many keys are held or being read.</summary>
    public int Count => _generation is { } generation && generation.Lease == holder.Current ? generation.Slots : 0;

    /// <summary>Answers from memory, if the lease is live and the value isn't due to be read again.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">Read after the check started.</param>
    /// <param name="value">The value.</param>
    public bool TryRead(TKey key, in ClockReading now, [MaybeNullWhen(false)] out TValue value)
    {
        if (_generation is { } generation && generation.Lease == holder.Current && generation.Lease.IsLive(now)
            && generation.ByKey.TryGetValue(key, out var slot) && slot.Filled is { } filled
            && now.AtMostSince(filled.Started) < holder.Options.ReadAgainAfter)
        {
            if (!slot.Used) slot.Used = true;
            value = filled.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>
    /// Begins to fill a key, or joins a fill under way. Begin to read storage only after this returned.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="now">Read after the check started.</param>
    /// <param name="joined">True: await <see cref="HeldFill{TKey,TValue}.Done"/>. False: read storage, then <see cref="Complete"/>
    /// or <see cref="Abandon"/> it.</param>
    /// <returns>Null without a live lease: nothing can be held, and each check reads storage for itself.</returns>
    public HeldFill<TKey, TValue>? BeginFill(TKey key, in ClockReading now, out bool joined)
    {
        joined = false;
        if (holder.Current is not { } lease || !lease.IsLive(now) || GenerationOf(lease) is not { } generation) return null;
        while (true)
        {
            var slot = generation.ByKey.GetOrAdd(key, static key => new Slot(key));
            HeldFill<TKey, TValue> fill;
            lock (slot)
            {
                if (slot.Dead) continue;
                if (slot.Fill is { } underWay)
                {
                    joined = true;
                    return underWay;
                }

                fill = slot.Fill = new HeldFill<TKey, TValue>(generation, slot, now);
                generation.Enlist(slot);
            }

            generation.Trim(capacity);
            return fill;
        }
    }

    /// <summary>
    /// Holds what was read, with what was announced meanwhile. Discards it if the lease under which the fill began is no
    /// longer the current one, or has lapsed.
    /// </summary>
    /// <param name="fill">The fill.</param>
    /// <param name="read">What storage held, read after the fill began.</param>
    /// <param name="now">Read after <paramref name="read"/> was.</param>
    public HeldResult<TValue> Complete(HeldFill<TKey, TValue> fill, TValue read, in ClockReading now)
    {
        ArgumentNullException.ThrowIfNull(fill);
        HeldResult<TValue> result = default;
        var slot = fill.Slot;
        lock (slot)
        {
            if (slot.Fill == fill) slot.Fill = null;
            if (fill.Generation.Lease == holder.Current && fill.Generation.Lease.IsLive(now))
            {
                var value = fill.HasAnnounced ? merge(read, fill.Announced!) : read;
                slot.Filled = new Filled(value, fill.Started);
                result = new(true, value);
            }
        }

        fill.Finish(result);
        return result;
    }

    /// <summary>Storage couldn't be read. Those who joined read for themselves.</summary>
    public void Abandon(HeldFill<TKey, TValue> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        lock (fill.Slot)
        {
            if (fill.Slot.Fill == fill) fill.Slot.Fill = null;
        }

        fill.Finish(default);
    }

    /// <summary>
    /// Applies an announcement. When this returns, the process may confirm <see cref="LeaseHolder.Confirmable"/>: what
    /// isn't held yet will be read from storage, where the announced is already.
    /// </summary>
    public void Apply(TKey key, TValue announced)
    {
        if (_generation is not { } generation || !generation.ByKey.TryGetValue(key, out var slot)) return;
        lock (slot)
        {
            if (slot.Filled is { } filled) slot.Filled = filled with { Value = merge(filled.Value, announced) };
            slot.Fill?.Announce(announced, merge);
        }
    }

    /// <summary>Drops a key; the next check reads storage.</summary>
    public void Forget(TKey key)
    {
        if (_generation is not { } generation || !generation.ByKey.TryGetValue(key, out var slot)) return;
        lock (slot) slot.Filled = null;
    }

    // Generations only go forward: a thread that was paused with an older lease in hand must not replace a newer one's,
    // whose fills would then hear no announcements.
    private Generation? GenerationOf(Lease lease)
    {
        if (_generation is { } current && current.Lease == lease) return current;
        lock (_turnOver)
        {
            if (_generation is { } latest && latest.Lease.Number >= lease.Number)
                return latest.Lease == lease ? latest : null;
            return _generation = new Generation(lease);
        }
    }

    internal sealed record Filled(TValue Value, ClockReading Started);

    internal sealed class Slot(TKey key)
    {
        private volatile Filled? _filled;

        public TKey Key { get; } = key;

        public Filled? Filled
        {
            get => _filled;
            set => _filled = value;
        }

        public HeldFill<TKey, TValue>? Fill { get; set; }

        public bool Used { get; set; }

        public bool Enlisted { get; set; }

        public bool Dead { get; set; }
    }

    internal sealed class Generation(Lease lease)
    {
        private const int SecondChances = 16;

        // In order of arrival, except that what was read since it was last looked at goes round again.
        private readonly ConcurrentQueue<Slot> _order = new();
        private int _slots;

        public Lease Lease { get; } = lease;

        public ConcurrentDictionary<TKey, Slot> ByKey { get; } = new();

        public int Slots => Volatile.Read(ref _slots);

        public void Enlist(Slot slot)
        {
            if (slot.Enlisted) return;
            slot.Enlisted = true;
            Interlocked.Increment(ref _slots);
            _order.Enqueue(slot);
        }

        public void Trim(int capacity)
        {
            for (var tries = 0; tries < SecondChances && Slots > capacity && _order.TryDequeue(out var slot); tries++)
            {
                if (!TryDrop(slot, evenIfUsed: tries == SecondChances - 1)) _order.Enqueue(slot);
            }
        }

        private bool TryDrop(Slot slot, bool evenIfUsed)
        {
            lock (slot)
            {
                // One with a fill under way stays: dropped, it would hear no announcements.
                if (slot.Fill is not null) return false;
                if (slot.Used && !evenIfUsed)
                {
                    slot.Used = false;
                    return false;
                }

                slot.Dead = true;
                slot.Filled = null;
                ByKey.TryRemove(new KeyValuePair<TKey, Slot>(slot.Key, slot));
            }

            Interlocked.Decrement(ref _slots);
            return true;
        }
    }
}
