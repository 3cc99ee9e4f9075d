namespace Curfew.Leases.Model;

/// <summary>Each breaks one rule of the protocol, in how the state machines are driven.</summary>
public enum Mutation
{
    None,
    AcknowledgeWithoutWaiting,
    WaitWithoutFencing,
    WaitFromBeforeTheFence,
    WaitShorterThanTheLease,
    NoDriftMargin,
    ListBeforePersisting,
    AcknowledgeBeforePersisting,
    ConfirmBeforeApplying,
    LeaseCountedFromReceipt,
    LeaseCountedByMonotonicTimeAlone,
    LeaseCheckedWithAnOldReading,
    RenewalRevivesAMissingLease,
    TakeUnfences,
    TakeOutlivesARestart,
    FillFromAGrainsMemory,
    NoReadingAgainAfterANewLease,
    AnnouncementsNotMergedIntoFills,
    RestartedStoreTrusted,
    LostWriteAcknowledged,
    EmptiedStoreTrusted,
    ReadingNotVerified,
    ReadingVerifiedAfterwardsAlone,

    /// <summary>A holder that is cut off answers on: "nobody can revoke while the store is away", though it is only away for it.</summary>
    LeaseKeptForAsLongAsTheStoreIsAway,

    /// <summary>A holder whose connection came back takes a new lease, and goes on with what it held before.</summary>
    RestoredConnectionTrusted,
}
