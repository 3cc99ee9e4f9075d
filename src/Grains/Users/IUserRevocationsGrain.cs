using Orleans.Concurrency;

namespace Curfew.Grains;

/// <summary>One user's revocations. The key is the canonical text of a <see cref="UserKey"/>.</summary>
[Alias("curfew.IUserRevocations")]
public interface IUserRevocationsGrain : IGrainWithStringKey
{
    /// <summary>The verdict on a verified token of this user, from what is durable. Interleaves with everything.</summary>
    [ReadOnly, AlwaysInterleave, Alias("Check")]
    ValueTask<Verdict> CheckAsync(TokenIdentity token);

    /// <summary>
    /// All facts, as they stand in storage no earlier than this call: they fill another process's memory, and that of this
    /// silo may not have been told yet what others revoked.
    /// </summary>
    [ReadOnly, AlwaysInterleave, Alias("Read")]
    Task<IReadOnlyList<Fact>> ReadAsync();

    /// <summary>Persists a revocation; completes when it is durable and effective everywhere.</summary>
    [AlwaysInterleave, Alias("Revoke")]
    Task<RevokeResult> RevokeAsync(RevokeRequest request);

    /// <summary>
    /// Merges the facts of another store in, as they were kept there, whatever their number; completes when they are durable
    /// and effective everywhere.
    /// </summary>
    [AlwaysInterleave, Alias("Import")]
    Task ImportAsync(IReadOnlyList<Fact> facts);

    /// <summary>The live facts, a page at a time.</summary>
    [ReadOnly, AlwaysInterleave, Alias("Inspect")]
    Task<FactPage> InspectAsync(string? cursor);

    /// <summary>What the Orleans dashboard shows as this grain's state; it asks for it by this name.</summary>
    [ReadOnly, AlwaysInterleave, Alias("GetState")]
    Task<FactPage> GetState();
}
