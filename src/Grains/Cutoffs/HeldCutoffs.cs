namespace Curfew.Grains;

// The cutoffs beyond the user's own that could concern one token; long.MinValue where there is none.
internal readonly record struct HeldCutoffs(long Client, long AuthorizedParty, long Issuer)
{
    public const long None = long.MinValue;
}
