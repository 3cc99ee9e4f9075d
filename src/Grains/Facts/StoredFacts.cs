namespace Curfew.Grains;

/// <summary>The persisted state of a grain: facts, in the format of <see cref="FactSerializer"/>.</summary>
public sealed class StoredFacts
{
    public IReadOnlyCollection<Fact> Facts { get; set; } = [];
}
