namespace Curfew.Leases;

/// <summary>What a revoker does next; see <see cref="RevocationRound.Next"/>.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Leases">Fence: those to fence. Acknowledge: those that certainly ended, to be removed from the store.</param>
/// <param name="Wait">Wait: for how long at most; a confirmation may come sooner.</param>
public readonly record struct RoundStep(RoundStepKind Kind, IReadOnlyList<LeaseId> Leases, TimeSpan Wait = default);

public enum RoundStepKind
{
    /// <summary>List the leases; then <see cref="RevocationRound.Listed"/>.</summary>
    List,

    /// <summary>Publish the announcements; then <see cref="RevocationRound.Published"/>, even if it failed.</summary>
    Publish,

    /// <summary>Wait for confirmations, or for time to pass.</summary>
    Wait,

    /// <summary>Fence the leases; then <see cref="RevocationRound.Fenced"/>. On failure ask again.</summary>
    Fence,

    /// <summary>
    /// The store isn't the one in which the revocation was persisted, and may have lost it: persist again (facts are
    /// merged, so that is harmless) and start a new round.
    /// </summary>
    PersistAgain,

    /// <summary>The store's marker is missing: nothing may be acknowledged. The outcome is unknown to the caller.</summary>
    Unavailable,

    /// <summary>No check that starts from now on can miss what was announced.</summary>
    Acknowledge,
}
