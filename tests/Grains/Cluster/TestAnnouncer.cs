using System.Collections.Concurrent;

namespace Curfew.Grains.Tests;

// Tells every silo of the cluster, as the real one does, and lets a test hold it up.
internal sealed class TestAnnouncer : IFactAnnouncer
{
    public ConcurrentQueue<(FactScope Scope, IReadOnlyList<Fact> Facts)> Announced { get; } = new();

    public ConcurrentDictionary<FactScope, Func<Task>> Before { get; } = new();

    public Func<IEnumerable<SiloCutoffs>> Silos { get; set; } = () => [];

    public async Task<IReadOnlyList<Fact>?> PersistAndAnnounceAsync(FactScope scope, Func<Task<IReadOnlyList<Fact>?>> persist)
    {
        if (await persist() is not { } facts)
            return null;
        Announced.Enqueue((scope, facts));
        if (Before.TryGetValue(scope, out var hold))
            await hold();
        foreach (var silo in Silos().Where(_ => scope.Subject is null))
            silo.Apply(scope.Issuer, facts);
        return facts;
    }

    public IEnumerable<IReadOnlyList<Fact>> Of(FactScope scope) =>
        Announced.Where(announced => announced.Scope == scope).Select(announced => announced.Facts);
}
