using Curfew.Grains;

namespace Curfew.Authentication.Streams;

// What ends a request that is held open on the word of a token: its revocation, or its expiry.
internal sealed class OpenRequest : IDisposable
{
    // The most that a timer takes, nearly. No request is held open for longer, though a token may live for a year.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private readonly RevocationWatch _watch;
    private readonly CancellationTokenSource _expired;
    private readonly CancellationTokenSource _ended;

    public OpenRequest(RevocationWatches watches, TokenIdentity token, RevocationLimits limits, TimeProvider time)
    {
        var left = DateTimeOffset.FromUnixTimeSeconds(token.Expires) + limits.IssuerClockTolerance - time.GetUtcNow();
        _expired = new CancellationTokenSource(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, Longest.Ticks)), time);
        _watch = watches.Watch(token);
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
