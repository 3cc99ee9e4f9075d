namespace Curfew.Leases;

/// <summary>
/// One reading of storage, to be held under the lease under which it began. What is announced while it is under way is
/// merged into it.
/// </summary>
public sealed class HeldFill<TKey, TValue>
    where TKey : notnull
{
    private readonly TaskCompletionSource<HeldResult<TValue>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HeldFill(Held<TKey, TValue>.Generation generation, Held<TKey, TValue>.Slot slot, in ClockReading started)
    {
        Generation = generation;
        Slot = slot;
        Started = started;
    }

    /// <summary>
    /// Ends when the fill is completed or abandoned, with a value if it was completed under a live lease. Its value
    /// answers whichever check joined before it was completed.
    /// </summary>
    public Task<HeldResult<TValue>> Done => _done.Task;

    internal Held<TKey, TValue>.Generation Generation { get; }

    internal Held<TKey, TValue>.Slot Slot { get; }

    internal ClockReading Started { get; }

    internal bool HasAnnounced { get; private set; }

    internal TValue? Announced { get; private set; }

    internal void Announce(TValue announced, Func<TValue, TValue, TValue> merge)
    {
        Announced = HasAnnounced ? merge(Announced!, announced) : announced;
        HasAnnounced = true;
    }

    internal void Finish(HeldResult<TValue> result) => _done.TrySetResult(result);
}

/// <summary>A value that may be answered with, or none.</summary>
public readonly record struct HeldResult<TValue>(bool HasValue, TValue? Value);
