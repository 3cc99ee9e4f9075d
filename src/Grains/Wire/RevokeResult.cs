namespace Curfew.Grains;

/// <summary>What became of a revocation.</summary>
/// <param name="Revoked">
/// True: durable, and effective everywhere. False: the user has <see cref="RevocationLimits.MaxFactsPerUser"/> live
/// facts, and nothing was revoked; a logout everywhere still succeeds.
/// </param>
/// <param name="Cutoff">The cutoff that was made, in Unix seconds, where one was.</param>
[GenerateSerializer, Immutable, Alias("curfew.revoked")]
public sealed record RevokeResult([property: Id(0)] bool Revoked, [property: Id(1)] long? Cutoff = null)
{
    /// <summary>The first second whose tokens are accepted again, where a cutoff was made.</summary>
    public long? NotBefore => Cutoff + 1;
}
