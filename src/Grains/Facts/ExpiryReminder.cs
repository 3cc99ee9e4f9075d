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

    // Unknown after an activation: then it is registered again, which costs one write.
    private long? _due;

    /// <summary>Makes sure that there is a tick at or soon after <paramref name="expiry"/>, in Unix seconds.</summary>
    public async Task EnsureAsync(long expiry)
    {
        if (_due <= expiry)
            return;
        _due = null;
        var now = time.GetUtcNow();
        var wait = DateTimeOffset.FromUnixTimeSeconds(expiry) - now;

        // Never sooner than the period: expiries a second apart are dropped in one go instead of one by one.
        wait = wait < options.ReminderPeriod ? options.ReminderPeriod : wait > LongestWait ? LongestWait : wait;
        await registry.RegisterOrUpdateReminder(grain.GrainId, Name, wait, options.ReminderPeriod);
        _due = Math.Max(expiry, (now + wait).ToUnixTimeSeconds());
    }

    /// <summary>A tick came, so the next one is to be registered anew.</summary>
    public void Ticked() => _due = null;

    public async Task RemoveAsync()
    {
        _due = null;
        if (await registry.GetReminder(grain.GrainId, Name) is { } reminder)
            await registry.UnregisterReminder(grain.GrainId, reminder);
    }
}
