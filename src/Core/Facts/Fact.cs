namespace Curfew;

/// <summary>A revocation, or an exemption from one: written once, never edited downwards, gone when it expires.</summary>
/// <param name="Id">What it is about.</param>
/// <param name="Number">An instant in Unix seconds for cutoffs and exemptions, else 0.</param>
/// <param name="Expires">Until when it is kept, in Unix seconds: the last token that it covers has expired by then.</param>
/// <param name="Origin">Who made it; decides nothing.</param>
public sealed record Fact(FactId Id, long Number, long Expires, FactOrigin? Origin = null)
{
    /// <summary>
    /// The two as one: the larger number and the later expiry, so that the order and repetition of facts don't matter.
    /// The origin is that of the fact with the larger number, or of the older one.
    /// </summary>
    public static Fact Merge(Fact older, Fact newer) =>
        (newer.Number > older.Number ? newer : older) with
        {
            Number = Math.Max(older.Number, newer.Number),
            Expires = Math.Max(older.Expires, newer.Expires),
        };
}
