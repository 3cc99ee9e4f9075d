using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Curfew.Index;

/// <summary>
/// The facts of many users in memory, packed: 25 bytes a slot, about 31 a live fact, whatever their ids' length. Checks
/// take no lock and allocate nothing; a check that starts after <see cref="Add(UserKey, IEnumerable{Fact})"/> returned
/// sees what was added, while the index grows and forgets, too. Thread-safe.
/// </summary>
/// <remarks>
/// It gives the verdict that the user's grain gives, to the extent that it holds what the grain holds: whoever fills it
/// answers for that. Ids are kept as hashes: two facts of a user would be taken for one with a chance of 2^-92 a pair.
/// </remarks>
public sealed class FactIndex
{
    private const int ShardBits = 6;
    private const int Rounds = 3;

    private readonly FactShard[] _shards =
        [.. Enumerable.Range(0, 1 << ShardBits).Select(i => new FactShard(i / (double)(1 << ShardBits)))];

    /// <summary>How many live facts it holds; those that have expired count until they are removed.</summary>
    public long Count => _shards.Sum(shard => (long)shard.Live);

    /// <summary>The bytes of its tables. While one of its 64 parts grows, that one is there twice.</summary>
    public long Bytes => _shards.Sum(shard => shard.Table.Bytes);

    // This and what it calls are optimized from their first call on, as FactTable says.

    /// <summary>Merges facts of a user in. Whether that changed anything.</summary>
    /// <exception cref="ArgumentException">A client's or issuer's cutoff is no fact of a user.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Add(UserKey user, params IEnumerable<Fact> facts)
    {
        var scope = ScopeDigest.Of(user);

        // First what no exemption survives, then exemptions: a check that sees the cutoff must see who is exempt from it.
        var all = facts is List<Fact> list ? CollectionsMarshal.AsSpan(list) : facts.ToArray();
        var changed = false;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var fact in all)
            {
                if (!fact.Id.Kind.IsOfUser)
                    throw new ArgumentException($"{fact.Id.Kind} is no fact of a user.", nameof(facts));
                if (RoundOf(fact.Id.Kind) == round)
                    changed |= Add(scope, fact);
            }
        }

        return changed;
    }

    /// <summary>Merges a client's or the issuer's cutoff in. Whether that changed anything.</summary>
    /// <exception cref="ArgumentException">Another kind is no fact of an issuer.</exception>
    public bool AddCutoff(string issuer, Fact cutoff) =>
        cutoff.Id.Kind is FactKind.ClientCutoff or FactKind.IssuerCutoff
            ? Add(ScopeDigest.OfIssuer(issuer), cutoff)
            : throw new ArgumentException($"{cutoff.Id.Kind} is no cutoff of an issuer.", nameof(cutoff));

    /// <summary>The verdict on a token, by the facts that are here.</summary>
    public Verdict Check(TokenIdentity token)
    {
        var facts = For(token);

        // Nearly all users and issuers have no facts that revoke anything: two words say so.
        return facts.IsEmpty ? Verdict.Valid : Judge.Decide(token, facts);
    }

    /// <summary>The facts that could concern a token, for <see cref="Judge.Decide"/>: as of now, to be used at once.</summary>
    public IndexedFacts For(TokenIdentity token)
    {
        var keys = token.Keys;
        var user = FactTable.Mix(keys.User.Bits);
        var issuer = FactTable.Mix(keys.Issuer.Bits);
        var ofUser = ShardOf(user).Table;
        var ofIssuer = ShardOf(issuer).Table;
        return new IndexedFacts(
            keys, ofUser.MayRevokeOfUser(user) ? ofUser : null, ofIssuer.MayRevokeOfIssuer(issuer) ? ofIssuer : null);
    }

    /// <summary>
    /// Removes what has expired (by up to 17 minutes: expiry is kept coarsely), and says how many. Looks at everything,
    /// part by part; only those who add to the same part wait meanwhile.
    /// </summary>
    /// <param name="now">Unix seconds.</param>
    public long RemoveExpired(long now) => _shards.Sum(shard => (long)shard.RemoveExpired(now));

    private static int RoundOf(FactKind kind) => kind switch
    {
        FactKind.UnsparingCutoff => 0,
        FactKind.KeptToken or FactKind.KeptSession => 1,
        _ => 2,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Add(ScopeDigest scope, Fact fact)
    {
        var key = scope.Key(fact.Id.Kind, fact.Id.Id);
        return ShardOf(FactTable.Mix(key.Scope)).Add(key, FactValue.Of(fact.Number, fact.Expires));
    }

    private FactShard ShardOf(ulong mixed) => _shards[mixed >> (64 - ShardBits)];
}
