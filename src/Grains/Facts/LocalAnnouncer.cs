namespace Curfew.Grains;

/// <summary>The announcer of a single process: everybody who answers from memory is here.</summary>
internal sealed class LocalAnnouncer(SiloCutoffs cutoffs) : IFactAnnouncer
{
    public Task AnnounceAsync(FactScope scope, IReadOnlyList<Fact> facts)
    {
        if (scope.Subject is null)
        {
            foreach (var fact in facts)
                cutoffs.Apply(scope.Issuer, fact);
        }

        return Task.CompletedTask;
    }
}
