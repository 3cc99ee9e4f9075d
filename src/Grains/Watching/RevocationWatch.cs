namespace Curfew.Grains;

/// <summary>One token that is watched; dispose it when what was held open on its word ends.</summary>
public sealed class RevocationWatch : IDisposable
{
    private readonly RevocationWatches _watches;
    private readonly CancellationTokenSource _revoked = new();
    private long _knownAt;

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
    internal void Fire() => ThreadPool.UnsafeQueueUserWorkItem(
        static watch =>
        {
            try
            {
                watch._revoked.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself just now.
            }
        },
        this,
        preferLocal: false);
}
