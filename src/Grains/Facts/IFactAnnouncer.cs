namespace Curfew.Grains;

/// <summary>
/// Tells everybody who answers from memory of facts that are durable. When the task completes, each of them has applied
/// them, or certainly answers nothing from memory any more (guarantee G2). Until then a revocation isn't acknowledged.
/// </summary>
public interface IFactAnnouncer
{
    /// <summary>Persists facts, tells of them, and completes when they are effective everywhere.</summary>
    /// <param name="scope">Whose they are.</param>
    /// <param name="persist">
    /// Completes when facts are durable, and gives them, merged; null: there is nothing to tell. It is called again if the
    /// store turns out to have restarted since, so it must merge.
    /// </param>
    /// <returns>What was persisted last.</returns>
    Task<IReadOnlyList<Fact>?> PersistAndAnnounceAsync(FactScope scope, Func<Task<IReadOnlyList<Fact>?>> persist);
}
