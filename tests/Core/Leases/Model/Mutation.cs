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
}
