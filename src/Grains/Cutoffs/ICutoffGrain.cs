using Orleans.Concurrency;

namespace Curfew.Grains;

/// <summary>A cutoff that covers more than one user: a client's, or an issuer's.</summary>
[Alias("curfew.ICutoff")]
public interface ICutoffGrain : IGrainWithStringKey
{
    /// <summary>The cutoff in Unix seconds as it stands in storage, or null.</summary>
    [ReadOnly, AlwaysInterleave, Alias("Read")]
    Task<long?> ReadAsync();

    /// <summary>Persists a cutoff; completes when it is durable and effective everywhere.</summary>
    [AlwaysInterleave, Alias("Revoke")]
    Task<RevokeResult> RevokeAsync(RevokeEverything request);

    /// <summary>Merges the cutoff of another store in, as it was kept there; completes when it is durable and effective everywhere.</summary>
    [AlwaysInterleave, Alias("Import")]
    Task ImportAsync(IReadOnlyList<Fact> facts);

    /// <summary>The cutoff, or an empty page.</summary>
    [ReadOnly, AlwaysInterleave, Alias("Inspect")]
    Task<FactPage> InspectAsync();
}

/// <summary>One client's cutoff. The key is the canonical text of a <see cref="ClientKey"/>.</summary>
[Alias("curfew.IClientCutoff")]
public interface IClientCutoffGrain : ICutoffGrain
{
    /// <summary>
    /// What the Orleans dashboard shows as this grain's state; it asks for it by this name, and of the interface that a
    /// single grain class implements.
    /// </summary>
    [ReadOnly, AlwaysInterleave, Alias("GetState")]
    Task<FactPage> GetState();
}

/// <summary>One issuer's cutoff. The key is the <c>iss</c>.</summary>
[Alias("curfew.IIssuerCutoff")]
public interface IIssuerCutoffGrain : ICutoffGrain
{
    /// <summary>
    /// What the Orleans dashboard shows as this grain's state; it asks for it by this name, and of the interface that a
    /// single grain class implements.
    /// </summary>
    [ReadOnly, AlwaysInterleave, Alias("GetState")]
    Task<FactPage> GetState();
}
