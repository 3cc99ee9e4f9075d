using System.Collections.Concurrent;
using Curfew.Leases;
using Microsoft.Extensions.Time.Testing;

namespace Curfew.Redis;

/// <summary>A lease that outlasts every caller's patience, over a real Redis, with a clock that the test moves.</summary>
public sealed class RoundPatienceTests
{
    private const int Attempts = 8;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    // Waited out after 66 s, and a caller waits for 61. Red when the round ends with its caller (RoundsPatience as CallersPatience):
    // the dead lease is left to the next round, and so on without end. With L x drift under a second, which a test with a real clock
    // would take, it isn't: the next round finds the lease fenced, and needs less.
    [Fact]
    public async Task ADeadHolder_WhoseLeaseOutlastsEveryCaller_BlocksTheLogoutsOfItsTimeAlone()
    {
        var clock = new FakeTimeProvider();
        await using var server = await RedisServer.StartNewAsync();
        var storage = new ConcurrentDictionary<string, int>();
        await using var one = new Node(server, storage, Configure, clock);
        await Until.SucceedsAsync(one.Leases.InitializeStoreAsync);
        await one.LiveAsync();
        await PassAsync(clock, () => one.TryLogOutAsync("the first, which waits until the store is settled", 1));

        await using var two = new Node(server, storage, Configure, clock);
        await two.LiveAsync();
        await two.DieAsync();
        var refused = 0;
        while (refused < Attempts && !await PassAsync(clock, () => one.TryLogOutAsync("ada", 1)))
            refused++;
        Assert.True(refused is > 0 and < Attempts, $"{refused} attempts were refused.");
        Assert.True(await PassAsync(clock, () => one.TryLogOutAsync("ada", 2)), "A later logout waited again.");
    }

    // No command of the test's may end by its clock.
    private static void Configure(RedisLeaseOptions options)
    {
        options.Leases = new LeaseOptions { Length = TimeSpan.FromSeconds(60), ClockDrift = 0.1, ConfirmWithin = TimeSpan.FromSeconds(5) };
        options.CommandTimeout = TimeSpan.FromHours(1);
    }

    // Time passes until there is an answer. False: 503.
    private static async Task<bool> PassAsync(FakeTimeProvider clock, Func<Task> logOut)
    {
        var answer = logOut();
        await Until.TrueAsync(() =>
        {
            clock.Advance(Step);
            return answer.IsCompleted;
        });
        try
        {
            await answer;
            return true;
        }
        catch (RevocationUnavailableException)
        {
            return false;
        }
    }
}
