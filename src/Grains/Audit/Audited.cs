namespace Curfew.Grains;

// Revocations whose record is part of the promise: the caller isn't told before it is written.
internal static class Audited
{
    /// <param name="revoke">All attempts of one revocation.</param>
    /// <param name="patience">How long a record that was taken is waited for.</param>
    public static async Task<RevokeResult> AuditAsync(
        this IRevocationAudit audit, AuditedRevocation revocation, Func<Task<RevokeResult>> revoke, TimeSpan patience,
        TimeProvider time, CancellationToken cancellationToken)
    {
        // What was given up before it was asked for is no revocation.
        cancellationToken.ThrowIfCancellationRequested();
        RevokeResult result;
        try
        {
            result = await revoke();
        }
        catch (Exception)
        {
            // It isn't confirmed, but some attempt may have reached its grain, or still will. The caller gets this failure;
            // whether the trail could be written is the trail's own to tell.
            await Task.WhenAny(audit.RecordAsync(revocation with { IsConfirmed = false }), Task.Delay(patience, time, CancellationToken.None));
            throw;
        }

        if (!result.Revoked)
            return result;
        try
        {
            await audit.RecordAsync(revocation with { NotBefore = result.NotBefore }).WaitAsync(patience, time, CancellationToken.None);
        }
        catch (Exception e)
        {
            throw new RevocationUnavailableException(
                "What was revoked is refused everywhere, but the audit trail could not be written: " + e.Message, e)
            { IsUnaudited = true };
        }

        return result;
    }
}
