namespace Curfew.Grains;

/// <summary>What a silo keeps in memory.</summary>
internal sealed class SiloMemory(SiloCutoffs cutoffs, SiloActivations activations) : IFactMemory
{
    /// <summary>Cutoffs are merged into those held; a user's grain that is active here reads its storage before it answers again.</summary>
    public void Apply(FactScope scope, IReadOnlyCollection<Fact> facts)
    {
        if (scope.Subject is null)
            cutoffs.Apply(scope.Issuer, facts);
        else
            activations.MarkStale(scope);
    }
}
