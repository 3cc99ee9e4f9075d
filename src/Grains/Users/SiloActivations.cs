using System.Collections.Concurrent;

namespace Curfew.Grains;

/// <summary>
/// The users' grains that are active in this silo, by user: an announcement from elsewhere makes them read their storage
/// again. Normally the grain that revoked is the only activation there is; after a split there can be a second one.
/// </summary>
internal sealed class SiloActivations
{
    private readonly ConcurrentDictionary<FactScope, DurableFacts> _active = new();

    /// <summary>From before its state is read until it is gone, however the activation ends.</summary>
    public void Track(IGrainContext activation, FactScope user, DurableFacts facts) =>
        activation.ObservableLifecycle.Subscribe(
            nameof(SiloActivations),
            GrainLifecycleStage.First,
            _ =>
            {
                _active[user] = facts;
                return Task.CompletedTask;
            },
            _ =>
            {
                _active.TryRemove(new(user, facts));
                return Task.CompletedTask;
            });

    /// <summary>Makes the user's grain, if it is active here, read storage before it answers again. From any thread.</summary>
    public void MarkStale(FactScope user)
    {
        if (_active.TryGetValue(user, out var facts))
            facts.MarkStale();
    }
}
