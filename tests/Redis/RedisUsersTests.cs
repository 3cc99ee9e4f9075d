using Curfew.Redis.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Curfew.Redis;

/// <summary>How many users have live revocations, asked of a real Redis.</summary>
public sealed class RedisUsersTests
{
    // Seen red without looking at the marker: 0 users, said of a Redis that has lost all of them.
    [Fact]
    public async Task RowsOfTheReminderTableAreCounted_OnlyInAStoreWithItsMarker()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var node = new Node(server, []);
        var users = new RedisUsers(node.Leases, Options.Create(new ClusterOptions { ServiceId = "curfew" }));
        await Until.SucceedsAsync(node.Leases.InitializeStoreAsync);
        await server.CommandAsync("ZADD", "curfew/reminders", 0, "alice", 0, "bob");
        await server.CommandAsync("ZADD", "other/reminders", 0, "carol");
        Assert.Equal(2, await Until.SucceedsAsync(() => users.CountAsync(default)));

        await server.CommandAsync("FLUSHALL");
        await Assert.ThrowsAsync<RevocationUnavailableException>(() => users.CountAsync(default));
    }
}
