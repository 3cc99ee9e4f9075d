namespace Curfew.Index;

/// <summary>
/// The users of whom a node under a lease knows all facts: for nearly all of them that there are none. Beside a
/// <see cref="FactIndex"/>, which holds the facts that there are. About 30 to 45 bytes a user, bounded. Checks take no
/// lock and allocate nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Each user is known under the incarnation of the lease under which its fill began. A user is known no more as soon as
/// the caller asks with another incarnation: nothing needs to be cleared, so nothing can be cleared too late.
/// The order for a fill: begin it under an incarnation, read storage, add the facts to the index, then <see cref="Add"/>
/// the user with that incarnation. What is announced meanwhile goes into the index at once and is merged there.
/// What is dropped for want of room is known no more, and read again: the user that was read longest ago goes first.
/// </remarks>
public sealed class KnownUsers
{
    private const double Growth = 1.5;

    private readonly Lock _gate = new();
    private readonly int _mostBuckets;
    private volatile KnownUsersTable _table;
    private int _used;

    /// <param name="maxBytes">How many bytes it may take at most, at least 4,096. While it grows it is there twice.</param>
    public KnownUsers(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 4096);
        _mostBuckets = (int)Math.Min(maxBytes / KnownUsersTable.BucketBytes, Array.MaxLength / KnownUsersTable.BucketWords);
        _table = new KnownUsersTable(Math.Min(16, _mostBuckets));
    }

    /// <summary>The bytes of its table.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>Whether all facts of the token's user are in the index.</summary>
    /// <param name="token">The token.</param>
    /// <param name="incarnation">The lease's, as it is now: 1 or more.</param>
    /// <param name="since">When the fill began, by the clock that <see cref="Add"/> was given.</param>
    public bool TryGet(TokenIdentity token, uint incarnation, out uint since)
    {
        var stamp = _table.Find(token.Keys.User);
        since = (uint)stamp;
        return incarnation != 0 && stamp >> 32 == incarnation;
    }

    /// <summary>Says that all facts of a user are in the index, as of when the fill began.</summary>
    /// <param name="user">The user.</param>
    /// <param name="incarnation">The lease's when the fill began: 1 or more.</param>
    /// <param name="since">When the fill began, in seconds of whichever clock the caller has.</param>
    public void Add(UserKey user, uint incarnation, uint since)
    {
        ArgumentOutOfRangeException.ThrowIfZero(incarnation);
        var scope = ScopeDigest.Of(user);
        lock (_gate)
        {
            var put = _table.Put(scope, incarnation, since, evict: _table.Buckets >= _mostBuckets);
            if (put == KnownUsersTable.Outcome.Full || (put == KnownUsersTable.Outcome.Taken && IsCrowded(++_used)))
            {
                Grow(incarnation);
                if (put == KnownUsersTable.Outcome.Full
                    && _table.Put(scope, incarnation, since, evict: true) == KnownUsersTable.Outcome.Taken)
                {
                    _used++;
                }
            }
        }
    }

    private bool IsCrowded(int used) => used > _table.Buckets * KnownUsersTable.Slots * 0.85 && _table.Buckets < _mostBuckets;

    private void Grow(uint incarnation)
    {
        var larger = new KnownUsersTable((int)Math.Min(_mostBuckets, (_table.Buckets * Growth) + 1));
        _used = _table.CopyTo(larger, incarnation);
        _table = larger;
    }
}
