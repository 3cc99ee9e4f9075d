using System.Collections.Concurrent;

namespace Curfew.Authentication.Remembered;

/// <summary>
/// Verified tokens by their text, bounded in bytes. Only what was verified gets in, so that garbage can't push it out.
/// Evicts by SIEVE (Zhang et al., NSDI 2024): a hit sets a bit and takes no lock, and what was seen once goes before
/// what comes again. It lives as long as the keys and options that verified its tokens.
/// </summary>
internal sealed class RememberedTokens
{
    // How many that were asked for the hand passes before it takes one all the same: a millisecond at most, so that in a
    // memory of millions nobody who adds waits longer.
    private const int MaxSteps = 10_000;

    // A seat at the door for every so many bytes of memory, which is a few seats for each token that fits.
    private const int BytesPerSeat = 512;

    private readonly long _capacity;
    private readonly Lazy<Doorkeeper> _door;
    private readonly ConcurrentDictionary<byte[], RememberedToken> _tokens = new(TokenTextComparer.Instance);
    private readonly ConcurrentDictionary<byte[], RememberedToken>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly Lock _lock = new();
    private RememberedToken? _newest, _oldest, _hand;
    private long _bytes;

    /// <param name="capacity">In bytes, as <see cref="RememberedToken.Bytes"/> counts. 0 remembers nothing.</param>
    public RememberedTokens(long capacity)
    {
        _capacity = capacity;
        _door = new(() => new Doorkeeper(capacity / BytesPerSeat));
        _byText = _tokens.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool IsOn => _capacity > 0;

    public ClaimShapes Shapes { get; } = new();

    public int Count => _tokens.Count;

    /// <summary>What the tokens take, estimated upwards.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Takes no lock.</summary>
    public RememberedToken? Find(ReadOnlySpan<char> text)
    {
        if (!_byText.TryGetValue(text, out var token))
            return null;

        // Written only when it changes: the line stays shared between cores.
        if (!token.Visited)
            token.Visited = true;
        return token;
    }

    /// <summary>
    /// Whether a token that was just verified is worth its memory: while there is room any is; then one that comes a second
    /// time, so that a flood of tokens that come once costs neither their memory nor anybody's place in it.
    /// </summary>
    public bool Admits(ReadOnlySpan<char> text) =>
        IsOn && (Bytes < _capacity - (_capacity >> 4) || _door.Value.HasSeen(TokenTextComparer.Instance.GetHashCode(text)));

    public void Add(RememberedToken token, long now)
    {
        if (token.Bytes > _capacity)
            return;
        lock (_lock)
        {
            if (_tokens.ContainsKey(token.Text))
                return;

            // Room first: the newcomer was never asked for, and would be the first to go.
            while (_bytes + token.Bytes > _capacity)
                Evict(now);
            _tokens.TryAdd(token.Text, token);
            _bytes += token.Bytes;
            token.Older = _newest;
            if (_newest is not null)
                _newest.Newer = token;
            _newest = token;
            _oldest ??= token;
        }
    }

    /// <summary>Drops one that has expired.</summary>
    public void Forget(RememberedToken token)
    {
        lock (_lock)
        {
            if (_tokens.TryRemove(KeyValuePair.Create(token.Text, token)))
                Unlink(token);
        }
    }

    private void Evict(long now)
    {
        var victim = _hand ?? _oldest!;
        for (var steps = 0; steps < MaxSteps && victim.Visited && victim.TokenIdentity.Expires >= now; steps++)
        {
            victim.Visited = false;
            victim = victim.Newer ?? _oldest!;
        }

        _hand = victim;
        _tokens.TryRemove(victim.Text, out _);
        Unlink(victim);
    }

    private void Unlink(RememberedToken token)
    {
        if (ReferenceEquals(_hand, token))
            _hand = token.Newer;
        if (token.Newer is null)
            _newest = token.Older;
        else
            token.Newer.Older = token.Older;
        if (token.Older is null)
            _oldest = token.Newer;
        else
            token.Older.Newer = token.Newer;
        token.Newer = token.Older = null;
        _bytes -= token.Bytes;
    }
}
