using Orleans.Timers;

namespace Curfew.Grains;

// The one reminder of a grain that has facts, due when the next of them expires. It is registered before the facts are
// persisted: a crash in between leaves a reminder that finds nothing and goes, never facts that nobody removes.
internal sealed class ExpiryReminder(
    IGrainContext grain, IReminderRegistry registry, TimeProvider time, GrainOptions options)
{
    public const string Name = "expiry";

    // Orleans's timers take no longer ones; a tick that comes too early just plans the next.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(45);

    // When the next tick comes. Unknown after an activation: then it is registered again, which costs one write.
    private DateTimeOffset? _tick;

    /// <summary>Makes sure that there is a tick at or soon after <paramref name="expiry"/>, in Unix seconds.</summary>
    public async Task EnsureAsync(long expiry)
    {
        // Never sooner than the period: expiries a second apart are dropped in one go instead of one by one. And not put
        // off again and again either, while a tick is planned already.
        var now = time.GetUtcNow();
        var (soonest, latest) = (now + options.ReminderPeriod, now + LongestWait);
        var tick = expiry >= latest.ToUnixTimeSeconds() ? latest : DateTimeOffset.FromUnixTimeSeconds(expiry);
        tick = tick < soonest ? soonest : tick;
        if (_tick <= tick)
            return;
        _tick = null;
        await registry.RegisterOrUpdateReminder(grain.GrainId, Name, tick - now, options.ReminderPeriod);
        _tick = tick;
    }

    /// <summary>A tick came, or somebody else may have changed the reminder: it is to be registered anew.</summary>
    public void Forget() => _tick = null;

    public Task<IGrainReminder?> FindAsync() => registry.GetReminder(grain.GrainId, Name)!;

    /// <summary>Removes the reminder as it was found; fails if it was registered again since.</summary>
    public async Task RemoveAsync(IGrainReminder? found)
    {
        _tick = null;
        if (found is not null)
            await registry.UnregisterReminder(grain.GrainId, found);
    }
}
