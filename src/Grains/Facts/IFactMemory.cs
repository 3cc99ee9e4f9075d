namespace Curfew.Grains;

/// <summary>What a process keeps in memory under its lease, for whoever brings announcements from elsewhere. Thread-safe.</summary>
public interface IFactMemory
{
    /// <summary>Applies facts that are durable; when this returns, nothing is answered from memory without them.</summary>
    void Apply(FactScope scope, IReadOnlyCollection<Fact> facts);
}
