namespace Curfew.Grains;

/// <summary>The announcer of a single process: everybody who answers from memory is here.</summary>
internal sealed class LocalAnnouncer(SiloCutoffs cutoffs, ProcessFacts? facts = null) : IFactAnnouncer
{
    public async Task<IReadOnlyList<Fact>?> PersistAndAnnounceAsync(FactScope scope, Func<Task<IReadOnlyList<Fact>?>> persist)
    {
        if (await persist() is not { } added)
            return null;
        facts?.Add(scope, added);
        if (scope.Subject is null)
            cutoffs.Apply(scope.Issuer, added);
        return added;
    }
}
