namespace Curfew.Grains;

/// <summary>
/// Records revocations for an audit trail. Where an app adds one, every revocation of its <see cref="Revocations"/> is recorded
/// before the caller is told that it holds: logouts, administration, events and imports alike, each once however often it was
/// attempted.
/// </summary>
public interface IRevocationAudit
{
    /// <summary>
    /// Takes a revocation at once, in the order of the calls, and completes when its record is as durable as the trail promises.
    /// Never cancelled: the revocation can't be taken back either.
    /// </summary>
    /// <returns>
    /// A task that fails where the record could not be written: the caller then gets a
    /// <see cref="RevocationUnavailableException"/> with <see cref="RevocationUnavailableException.IsUnaudited"/>.
    /// </returns>
    Task RecordAsync(AuditedRevocation revocation);
}
