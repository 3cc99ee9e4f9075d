using Curfew.Grains;

namespace Curfew.ImpatientSilo;

/// <summary>
/// Breaks one rule of the lease protocol (docs/leases.md) and keeps all others: a revocation is persisted and announced, but
/// acknowledged at once, without the wait for those who hold leases.
/// </summary>
internal sealed class ImpatientAnnouncer(IFactAnnouncer patient) : IFactAnnouncer
{
    public async Task<IReadOnlyList<Fact>?> PersistAndAnnounceAsync(FactScope scope, Func<Task<IReadOnlyList<Fact>?>> persist)
    {
        var facts = await persist();
        if (facts is not null)
            _ = AnnounceAsync(scope, facts);
        return facts;
    }

    private async Task AnnounceAsync(FactScope scope, IReadOnlyList<Fact> facts)
    {
        try
        {
            await patient.PersistAndAnnounceAsync(scope, () => Task.FromResult<IReadOnlyList<Fact>?>(facts));
        }
        catch (RevocationUnavailableException)
        {
            // Nobody waits for it.
        }
    }
}
