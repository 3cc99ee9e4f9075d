namespace Curfew.Grains;

/// <summary>The announcer of a single process: everybody who answers from memory is here.</summary>
internal sealed class LocalAnnouncer(SiloCutoffs cutoffs, ProcessFacts? facts = null) : IFactAnnouncer
{
    public Task AnnounceAsync(FactScope scope, IReadOnlyList<Fact> added)
    {
        facts?.Add(scope, added);
        if (scope.Subject is null)
        {
            foreach (var fact in added)
                cutoffs.Apply(scope.Issuer, fact);
        }

        return Task.CompletedTask;
    }
}
