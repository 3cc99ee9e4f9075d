namespace Curfew.Leases;

/// <summary>
/// A check's way to a value: from memory under the lease, else from storage; and held from then on, if there is a lease.
/// Checks that miss together share one reading. Thread-safe.
/// </summary>
/// <param name="holder">The process's lease.</param>
/// <param name="held">What it holds.</param>
/// <param name="time">Read anew for each check, after it started.</param>
public sealed class LeasedReader<TKey, TValue>(LeaseHolder holder, Held<TKey, TValue> held, TimeProvider time)
    where TKey : notnull
{
    /// <summary>The value, as of no earlier than the start of this call.</summary>
    /// <param name="key">The key.</param>
    /// <param name="read">
    /// Reads storage itself (through <see cref="IAnnouncer.ReadStorageAsync"/>), never a memory that another process's
    /// revocations reach late. What it throws is thrown to the caller.
    /// </param>
    /// <param name="cancellationToken">Ends this check; whoever joined its reading reads for itself.</param>
    public ValueTask<TValue> ReadAsync(
        TKey key, Func<TKey, CancellationToken, Task<TValue>> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        return held.TryRead(key, ClockReading.Of(time), out var value)
            ? ValueTask.FromResult(value)
            : new ValueTask<TValue>(FillAsync(key, read, cancellationToken));
    }

    /// <summary>Whether checks are answered from memory now.</summary>
    public bool IsLive => holder.IsLive(ClockReading.Of(time));

    private async Task<TValue> FillAsync(
        TKey key, Func<TKey, CancellationToken, Task<TValue>> read, CancellationToken cancellationToken)
    {
        var fill = held.BeginFill(key, ClockReading.Of(time), out var joined);
        if (fill is not null && joined)
        {
            var shared = await fill.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (shared.HasValue) return shared.Value!;
            fill = null;
        }

        TValue value;
        try
        {
            // Begun after this check started, so it answers this check even if the lease lapses meanwhile; it just
            // isn't held then.
            value = await read(key, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (fill is not null) held.Abandon(fill);
            throw;
        }

        if (fill is null) return value;
        var result = held.Complete(fill, value, ClockReading.Of(time));
        return result.HasValue ? result.Value! : value;
    }
}
