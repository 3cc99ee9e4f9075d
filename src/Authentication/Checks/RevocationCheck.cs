using Curfew.Authentication.Bearer;
using Curfew.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Curfew.Authentication.Checks;

/// <summary>Asks about one verified token, and turns what is heard into why the authentication fails, if it does.</summary>
internal sealed partial class RevocationCheck(
    Revocations revocations, CurfewInstruments instruments, TimeProvider time, ILogger<RevocationCheck> logger)
{
    // Failures closer together than this are one outage.
    private static readonly long Quiet = TimeSpan.FromSeconds(10).Ticks;

    private readonly Lock _lock = new();
    private long _lastFailure;

    /// <summary>Whether this process's memory answers, which costs no waiting; then a null refusal says: go on.</summary>
    public bool TryAnswer(TokenIdentity token, out Exception? refusal)
    {
        var answered = revocations.TryCheck(token, out var verdict);
        refusal = answered ? RefusalBy(verdict) : null;
        return answered;
    }

    /// <summary>Null: go on. <see cref="RevocationUnavailableException"/>: nobody knows. Else the token is revoked.</summary>
    public async ValueTask<Exception?> RefusalAsync(HttpContext context, TokenIdentity token, bool failOpen)
    {
        try
        {
            // Not ended by a client that goes away: it ends by itself soon, and to be told of that costs each request more.
            return RefusalBy(await revocations.CheckAsync(token, CancellationToken.None));
        }
        catch (RevocationUnavailableException e)
        {
            var open = failOpen && context.GetEndpoint()?.Metadata.GetMetadata<RequireRevocationCheckAttribute>() is null;
            NoteFailure(e, failOpen);
            if (open)
                instruments.FailedOpen();
            return open ? null : e;
        }
    }

    private TokenRefusedException? RefusalBy(Verdict verdict)
    {
        if (Volatile.Read(ref _lastFailure) != 0)
            NoteSuccess();
        return verdict == Verdict.Valid ? null : TokenRefusedException.Revoked;
    }

    private void NoteFailure(RevocationUnavailableException e, bool failOpen)
    {
        var now = time.GetUtcNow().Ticks;
        lock (_lock)
        {
            var first = now - _lastFailure > Quiet;
            _lastFailure = now;
            if (!first)
                return;
        }

        if (failOpen)
            LogFailingOpen(e);
        else
            LogUnavailable(e);
    }

    private void NoteSuccess()
    {
        lock (_lock)
        {
            if (_lastFailure == 0 || time.GetUtcNow().Ticks - _lastFailure <= Quiet)
                return;
            _lastFailure = 0;
        }

        LogRecovered();
    }

    [LoggerMessage(1, LogLevel.Error, "It can't be known whether tokens were revoked: requests are answered with 503.")]
    private partial void LogUnavailable(Exception e);

    [LoggerMessage(2, LogLevel.Critical, "FAILING OPEN: it can't be known whether tokens were revoked, and by the FailOpen "
        + "option they are accepted. Whoever logged out is in again.")]
    private partial void LogFailingOpen(Exception e);

    [LoggerMessage(3, LogLevel.Information, "Revocations can be checked again.")]
    private partial void LogRecovered();
}
