namespace Curfew.Grains;

/// <summary>
/// Tells everybody who answers from memory of facts that are durable. When the task completes, each of them has applied
/// them, or certainly answers nothing from memory any more (guarantee G2). Until then a revocation isn't acknowledged.
/// </summary>
public interface IFactAnnouncer
{
    Task AnnounceAsync(FactScope scope, IReadOnlyList<Fact> facts);
}
