using Curfew.Index;
using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// Seen red: with a removal that empties slots of other keys, with half of the key compared, and with an expiry that is
/// rounded down.
/// </summary>
public sealed class FactIndexTests
{
    [Fact]
    public void AgainstADictionary_ThroughGrowthAndRemoval()
    {
        Fuzz.Run(3, random =>
        {
            var shard = new FactShard(0.3);
            var expected = new Dictionary<FactKey, (long Number, long Expires)>();
            for (var step = 0; step < 60_000; step++)
            {
                // Long enough to expire in the meantime, keys close enough to be added again.
                var key = new FactKey((ulong)random.Next(1, 9), 1 + ((ulong)random.Next(20_000) * 0x9E37_79B9_7F4A_7C15));
                var (number, expires) = (random.Next(100), step + random.Next(40_000));
                shard.Add(key, FactValue.Of(number, expires * 1024L));
                var (oldNumber, oldExpires) = expected.GetValueOrDefault(key);
                expected[key] = (Math.Max(number, oldNumber), Math.Max(expires, oldExpires));
                if (step % 5000 == 0)
                {
                    var removed = shard.RemoveExpired(step * 1024L);
                    var gone = expected.Where(pair => pair.Value.Expires <= step).Select(pair => pair.Key).ToList();
                    gone.ForEach(k => expected.Remove(k));
                    Assert.Equal(gone.Count, removed);
                    Assert.All(gone, k => Assert.Equal(0UL, shard.Table.Find(k)));
                }
            }

            Assert.Equal(expected.Count, shard.Live);
            foreach (var (key, (number, expires)) in expected)
            {
                Assert.Equal(FactValue.Of(number, expires * 1024L), shard.Table.Find(key));
                Assert.True(shard.Table.MayHave(FactTable.Mix(key.Scope), key.Kind));
            }

            Assert.Equal(expected.Count, shard.RemoveExpired(200_000 * 1024L));
            Assert.Equal(1, shard.Table.Buckets);
        });
    }

    [Fact]
    public void KindsThatAUserHasNoFactsOf_AreHardlyEverLookedUp()
    {
        // Seen red with a filter that doesn't tell kinds apart: every one is looked up.
        const int users = 20_000;
        var shard = new FactShard(0);
        var scopes = Enumerable.Range(0, users).Select(i => ScopeDigest.Of(new UserKey("i", $"u{i}"))).ToArray();
        foreach (var scope in scopes)
            shard.Add(scope.Key(FactKind.Session, "s"), FactValue.Of(1, Now));
        var mixed = scopes.Select(scope => FactTable.Mix(scope.Bits)).ToArray();
        Assert.All(mixed, m => Assert.True(shard.Table.MayHave(m, FactKind.Session) && shard.Table.MayRevokeOfUser(m)));
        Assert.InRange(mixed.Count(m => shard.Table.MayHave(m, FactKind.UserCutoff)), 0, users / 20);
        Assert.InRange(mixed.Count(m => shard.Table.MayHave(m, FactKind.Token)), 0, users / 20);
        var strangers = Enumerable.Range(users, users).Select(i => FactTable.Mix(ScopeDigest.Of(new UserKey("i", $"u{i}")).Bits));
        Assert.InRange(strangers.Count(shard.Table.MayRevokeOfUser), 0, users * 3 / 20);
    }

    [Fact]
    public void MemoryPerFact_StaysWithinItsBounds()
    {
        // Small counts are rounded to whole buckets: the bound there is 48 bytes at the worst load.
        var index = new FactIndex();
        double worst = 0;
        for (var i = 0; i < 150_000; i++)
        {
            index.Add(new UserKey("i", $"u{i}"), Fact(FactKind.UserCutoff, "", Now, Now));
            if (i >= 20_000 && i % 5000 == 0)
                worst = Math.Max(worst, index.Bytes / (double)index.Count);
        }

        Assert.Equal(150_000, index.Count);
        Assert.InRange(worst, 25, 33);
        Assert.Equal(150_000, index.RemoveExpired(Now + 1024));
        Assert.Equal(0, index.Count);
        Assert.InRange(index.Bytes, 1, 20_000);
    }

    [Fact]
    public void Check_AllocatesNothing()
    {
        var index = new FactIndex();
        var tokens = Enumerable.Range(0, 100)
            .Select(i => Token($"t{i}", $"s{i}", clientId: "c1", authorizedParty: "c2", subject: $"u{i}")).ToArray();
        foreach (var token in tokens.Take(50))
            index.Add(token.User, Fact(FactKind.UserCutoff, "", Now), Fact(FactKind.KeptToken, token.Id.ToString(), Now));
        index.AddCutoff(Issuer, Fact(FactKind.ClientCutoff, "c3", Now));
        Assert.All(tokens, token => Assert.Equal(Verdict.Valid, index.Check(token)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            foreach (var token in tokens)
                index.Check(token);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Add_FactOfAnotherKind_IsAnArgumentError()
    {
        var index = new FactIndex();
        Assert.Throws<ArgumentException>(() => index.Add(new UserKey("i", "a"), Fact(FactKind.ClientCutoff, "c")));
        Assert.Throws<ArgumentException>(() => index.AddCutoff("i", Fact(FactKind.UserCutoff)));
    }

    [Fact]
    public void RemoveExpired_NeverRemovesEarly()
    {
        foreach (var expires in new[] { 1L, 1023, 1024, 1025, Now, Now + 1, (1L << 34) - 1024, 1L << 34, long.MaxValue })
        {
            var value = FactValue.Of(7, expires);
            Assert.NotEqual(0UL, value);
            Assert.False(FactValue.HasExpired(value, expires - 1));
            if (expires < 1L << 33)
                Assert.True(FactValue.HasExpired(value, expires + 1023));
        }
    }

    [Fact]
    public void Value_KeepsAnyInstant()
    {
        foreach (var number in new[] { 0L, 1, Now, 253_402_300_800, (1L << 40) - 1 })
            Assert.Equal(number, FactValue.Number(FactValue.Of(number, 1)));
        Assert.Equal(FactValue.Of(9, 9000), FactValue.Merge(FactValue.Of(9, 1), FactValue.Of(2, 9000)));
    }
}
