namespace Curfew.Grains;

/// <summary>One token that is watched; dispose it when what was held open on its word ends.</summary>
public sealed class RevocationWatch : IDisposable
{
    private readonly RevocationWatches _watches;
    private readonly CancellationTokenSource _revoked = new();
    private long _knownAt;
    private int _fired;

    internal RevocationWatch(RevocationWatches watches, TokenIdentity token, long knownAt)
    {
        _watches = watches;
        Token = token;
        _knownAt = knownAt;
    }

    /// <summary>The token.</summary>
    public TokenIdentity Token { get; }

    /// <summary>Is cancelled when the token is revoked, or when that couldn't be known for too long.</summary>
    public CancellationToken Revoked => _revoked.Token;

    internal bool HasFired => Volatile.Read(ref _fired) != 0;

    internal long KnownAt
    {
        get => Volatile.Read(ref _knownAt);
        set => Volatile.Write(ref _knownAt, value);
    }

    public void Dispose()
    {
        _watches.Remove(this);
        _revoked.Dispose();
    }

    // Apart from the caller, who brings an announcement that others wait for.
    internal void Fire()
    {
        if (Interlocked.Exchange(ref _fired, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Tell(), this, preferLocal: false);
    }

    private void Tell()
    {
        try
        {
            _revoked.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself just now.
        }
        catch (AggregateException e)
        {
            // On a thread of the pool it would end the process.
            _watches.NotTold(e);
        }
    }
}
