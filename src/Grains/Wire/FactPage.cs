namespace Curfew.Grains;

/// <summary>Some of the live facts under one key, ordered by kind and id.</summary>
/// <param name="Facts">The facts, at most as many as asked for.</param>
/// <param name="Next">Where the next page begins; null on the last one.</param>
[GenerateSerializer, Immutable, Alias("curfew.page")]
public sealed record FactPage([property: Id(0)] IReadOnlyList<Fact> Facts, [property: Id(1)] string? Next)
{
    /// <summary>How many facts one page holds at the most.</summary>
    public const int Size = 100;

    internal static FactPage Of(IEnumerable<Fact> facts, string? cursor, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var rest = facts
            .Where(fact => fact.Expires > seconds)
            .Select(fact => (Key: KeyOf(fact.Id), Fact: fact))
            .Where(item => cursor is null || string.CompareOrdinal(item.Key, cursor) > 0)
            .OrderBy(item => item.Key, StringComparer.Ordinal)
            .Take(Size + 1)
            .ToList();
        return rest.Count <= Size
            ? new FactPage([.. rest.Select(item => item.Fact)], null)
            : new FactPage([.. rest.Take(Size).Select(item => item.Fact)], rest[Size - 1].Key);
    }

    // Cutoffs first, whatever the values of the enumeration: an operator looks for them first.
    private static string KeyOf(FactId id) => (id.Kind switch
    {
        FactKind.UserCutoff or FactKind.ClientCutoff or FactKind.IssuerCutoff => "0",
        FactKind.Session => "1",
        FactKind.KeptSession or FactKind.KeptToken => "2" + (int)id.Kind,
        _ => "3",
    }) + ":" + id.Id;
}
