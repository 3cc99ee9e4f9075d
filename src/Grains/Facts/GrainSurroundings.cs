using Microsoft.Extensions.Options;
using Orleans.Timers;

namespace Curfew.Grains;

// What every grain here needs of its silo.
internal sealed class GrainSurroundings(
    IReminderRegistry reminders,
    IMemoryLease lease,
    IFactAnnouncer announcer,
    TimeProvider time,
    IOptions<RevocationLimits> limits,
    IOptions<GrainOptions> options)
{
    /// <summary>The name of the grain storage provider that a silo must have.</summary>
    public const string StorageName = "curfew";

    /// <summary>The name under which a grain's facts are stored.</summary>
    public const string StateName = "revocations";

    public IMemoryLease Lease => lease;

    public IFactAnnouncer Announcer => announcer;

    public TimeProvider Time => time;

    public RevocationLimits Limits => limits.Value;

    public DurableFacts FactsOf(IGrainContext grain, IPersistentState<StoredFacts> state) =>
        new(grain, state, new ExpiryReminder(grain, reminders, time, options.Value), lease, time);
}
