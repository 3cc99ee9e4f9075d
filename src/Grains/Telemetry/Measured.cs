namespace Curfew.Grains;

// Calls that somebody listens to. The span begins before the grain is called, so that the grain's spans are below it.
internal static class Measured
{
    public static async ValueTask<Verdict> MeasureAsync(
        this CurfewInstruments instruments, Func<ValueTask<Verdict>> check, TimeProvider time)
    {
        using var span = CurfewInstruments.Spans.StartActivity("curfew.check");
        var started = instruments.StartCheck(time);
        try
        {
            var verdict = await check();
            instruments.Checked(Outcomes.Of(verdict), started, time, span);
            return verdict;
        }
        catch (RevocationUnavailableException)
        {
            instruments.Checked(Outcomes.Unavailable, started, time, span);
            throw;
        }
    }

    public static async Task<RevokeResult> MeasureAsync(
        this CurfewInstruments instruments, string kind, Func<Task<RevokeResult>> revoke, TimeProvider time)
    {
        using var span = CurfewInstruments.Spans.StartActivity("curfew.revoke");
        var started = instruments.StartRevocation(time);
        try
        {
            var result = await revoke();
            instruments.Revoked(kind, result.Revoked ? Outcomes.Done : Outcomes.Refused, started, time, span);
            return result;
        }
        catch (RevocationUnavailableException)
        {
            instruments.Revoked(kind, Outcomes.Unavailable, started, time, span);
            throw;
        }
    }
}
