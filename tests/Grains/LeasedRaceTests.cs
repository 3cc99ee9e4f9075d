using System.Collections.Concurrent;
using Xunit.Abstractions;

namespace Curfew.Grains.Tests;

// Real threads check, revoke and lose the lease at the same time. The rule (guarantee G2): no check that starts after a
// revocation was acknowledged accepts the token.
public sealed class LeasedRaceTests(ITestOutputHelper output)
{
    private const int Users = 16;
    private const int TokensEach = 50;

    // Red, each within seconds, when the fill notes the lease after its read (by one seed of the three), when Apply adds
    // nothing for a user whose fill is under way, and when the lease of the fill isn't compared.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_accepted_by_a_check_that_starts_after_the_acknowledgement(int seed)
    {
        var storage = new ConcurrentDictionary<UserKey, ConcurrentBag<Fact>>();
        var lease = new CountedLease();
        var grains = FakeGrains.Of(async user =>
        {
            // Storage is read at some time during the call, on some thread.
            await Task.Yield();
            IReadOnlyList<Fact> facts = [.. storage.GetOrAdd(user, static _ => [])];
            await Task.Yield();
            return facts;
        });
        var node = new LeasedFacts(grains, lease, new SiloCutoffs(grains, lease, TimeProvider.System), TimeProvider.System, 1 << 20);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var users = Enumerable.Range(0, Users).Select(_ => Given.User()).ToArray();
        var tokens = users.Select(user => Enumerable.Range(0, TokensEach + 3)
            .Select(_ => new TokenIdentity(user, TokenId.FromJti(Guid.NewGuid().ToString()), now, now + 3600)).ToArray()).ToArray();
        var acknowledged = new int[Users];
        var accepted = 0L;
        var violations = new ConcurrentQueue<string>();

        using var stop = new CancellationTokenSource();
        var checking = Enumerable.Range(0, 3).Select(i => Task.Run(() => CheckAsync(new Random((seed * 10) + i)))).ToList();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(() => RevokeAllAsync(i, new Random((seed * 20) + i)))));
        await stop.CancelAsync();
        await Task.WhenAll(checking);

        output.WriteLine($"{accepted} accepted, {Users * TokensEach} revoked, {lease.Current} leases");
        Assert.Empty(violations);
        Assert.True(accepted > Users * TokensEach);

        // Each user's tokens in their order, so that one number says which are acknowledged.
        async Task RevokeAllAsync(int half, Random random)
        {
            for (var token = 0; token < TokensEach; token++)
            {
                for (var user = half; user < Users; user += 2)
                {
                    var fact = NewFacts.ForToken(tokens[user][token].Id, now + 3600, new RevocationLimits(), new FactOrigin(now));
                    storage.GetOrAdd(users[user], static _ => []).Add(fact);

                    // Announced and confirmed; or the message was lost, and the lease fenced and waited out.
                    if (random.Next(50) != 0)
                        node.Apply(FactScope.Of(users[user]), [fact]);
                    else
                        lease.Next();
                    Volatile.Write(ref acknowledged[user], token + 1);

                    // As fast as checks go on between them.
                    for (var before = Volatile.Read(ref accepted); Volatile.Read(ref accepted) < before + 3;)
                        await Task.Yield();
                }
            }
        }

        async Task CheckAsync(Random random)
        {
            while (!stop.IsCancellationRequested)
            {
                var user = random.Next(Users);

                // What was revoked just now, mostly: there the races are.
                var revoked = Volatile.Read(ref acknowledged[user]);
                var token = Math.Max(revoked + random.Next(-3, 3), 0);
                var check = tokens[user][token];
                if (!node.TryCheck(check, out var verdict) && !(await node.TryFillAsync(check) && node.TryCheck(check, out verdict)))
                    continue;
                if (verdict != Verdict.Valid)
                    continue;
                Interlocked.Increment(ref accepted);
                if (token < revoked)
                    violations.Enqueue($"Token {token} of user {user}: {revoked} were acknowledged before the check.");
            }
        }
    }

    private sealed class CountedLease : IMemoryLease
    {
        private long _current = 1;

        public long Current => Volatile.Read(ref _current);

        public TimeSpan MaxAge => TimeSpan.FromMinutes(1);

        public void Next() => Interlocked.Increment(ref _current);
    }
}
