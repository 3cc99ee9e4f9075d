using Curfew.Grains;

namespace Curfew.Authentication.Streams;

// What ends a request that is held open on the word of a token: its revocation, or its expiry.
internal sealed class OpenRequest : IDisposable
{
    private readonly RevocationWatch _watch;
    private readonly CancellationTokenSource _expired;
    private readonly CancellationTokenSource _ended;

    public OpenRequest(RevocationWatches watches, TokenIdentity token, RevocationLimits limits, TimeProvider time)
    {
        var left = DateTimeOffset.FromUnixTimeSeconds(token.Expires) + limits.IssuerClockTolerance - time.GetUtcNow();
        _watch = watches.Watch(token);
        _expired = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(_watch.Revoked, _expired.Token);
    }

    public CancellationToken Ended => _ended.Token;

    public void Dispose()
    {
        _watch.Dispose();
        _ended.Dispose();
        _expired.Dispose();
    }
}
