namespace Curfew.Grains;

/// <summary>What a silo keeps in memory, for whoever brings announcements from elsewhere. Thread-safe.</summary>
public sealed class SiloMemory
{
    private readonly SiloCutoffs _cutoffs;
    private readonly SiloActivations _activations;

    internal SiloMemory(SiloCutoffs cutoffs, SiloActivations activations)
    {
        _cutoffs = cutoffs;
        _activations = activations;
    }

    /// <summary>
    /// Applies facts that are durable: cutoffs are merged into those held; a user's grain that is active here reads its
    /// storage before it answers again. When this returns, nothing is answered from memory without them.
    /// </summary>
    public void Apply(FactScope scope, IReadOnlyCollection<Fact> facts)
    {
        if (scope.Subject is null)
            _cutoffs.Apply(scope.Issuer, facts);
        else
            _activations.MarkStale(scope);
    }
}
