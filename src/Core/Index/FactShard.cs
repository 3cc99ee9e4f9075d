using System.Runtime.CompilerServices;

namespace Curfew.Index;

/// <summary>
/// A part of the index: a table, its successor when it is full, and the lock of those who write. Readers take the table
/// once and stay with it; growth builds the next one aside and publishes it once.
/// </summary>
internal sealed class FactShard(double phase)
{
    private const double Growth = 1.25;

    private readonly Lock _gate = new();
    private volatile FactTable _table = new(1);

    // Slots taken, by live facts and by what has expired since.
    private int _used;
    private int _live;

    public FactTable Table => _table;

    public int Live => Volatile.Read(ref _live);

    /// <summary>Merges a fact in; whether that changed anything. When it returns, every new reader sees it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Add(FactKey key, ulong value)
    {
        lock (_gate)
        {
            var held = _table.Find(key);
            var merged = held == 0 ? value : FactValue.Merge(held, value);
            if (merged == held)
                return false;
            if (_used >= _table.Capacity * 9L / 10)
                Rebuild();
            _used += _table.Put(key, merged);
            if (held == 0)
                Volatile.Write(ref _live, _live + 1);
            return true;
        }
    }

    public int RemoveExpired(long now)
    {
        lock (_gate)
        {
            var removed = _table.RemoveExpired(now);
            Volatile.Write(ref _live, _live - removed);

            // Memory is given back, and scopes without facts are forgotten, once it is worth the copying.
            if (_used - _live > _used / 4)
                Rebuild();
            return removed;
        }
    }

    // At most 8 of 10 slots are taken afterwards, so that there is room for another tenth before the next one. The sizes
    // of the shards are staggered by their phase: they don't all grow at once, and the whole is always about as full.
    private void Rebuild()
    {
        var needed = (_live + 1) / (0.8 * 8);
        var buckets = Math.Pow(Growth, phase);
        while (Math.Floor(buckets) < needed)
            buckets *= Growth;
        _table = _table.CopyTo(new FactTable((int)buckets));
        _used = _live;
    }
}
