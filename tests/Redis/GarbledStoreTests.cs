using System.Collections.Concurrent;

namespace Curfew.Redis;

/// <summary>
/// Somebody else writes into this Redis, by mistake or not: what isn't understood is never a yes, and once it is gone all goes on.
/// </summary>
public sealed class GarbledStoreTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, int> _storage = new();
    private RedisServer _server = null!;
    private Node _one = null!, _two = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartNewAsync();
        (_one, _two) = (new(_server, _storage), new(_server, _storage));
        await Until.SucceedsAsync(_one.Leases.InitializeStoreAsync);
        await _one.LiveAsync();
        await _two.LiveAsync();
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _server.DisposeAsync();
    }

    // Red with pcall in the script that lists: what can't be read counts as empty, and a logout of which nobody has heard is acknowledged.
    [Fact]
    public async Task LeasesOfAnotherType_AcknowledgeNothing_AndMemoryAnswersNothing()
    {
        await _one.LogOutAsync("ada", 1);
        Assert.Equal(1, await _two.CheckAsync("ada"));
        await ReplaceAsync("{curfew}:leases", "SET");
        await Until.UnavailableAsync(() => _one.TryLogOutAsync("ada", 2));
        await Until.TrueAsync(() => !_one.IsLive && !_two.IsLive);

        // Storage still says what is so.
        Assert.Equal(3, await _two.CheckAsync("ada"));
        await _server.CommandAsync("DEL", "{curfew}:leases");
        await _two.LiveAsync();
        await _one.LogOutAsync("ada", 4);
        Assert.Equal(7, await _two.CheckAsync("ada"));
    }

    // Red when a reading of storage isn't vouched for.
    [Fact]
    public async Task AMarkerOfAnotherType_IsUnavailableUntilItIsInitialised()
    {
        await _one.LogOutAsync("ada", 1);
        await ReplaceAsync("{curfew}:store", "SADD");
        await Until.TrueAsync(() => !_one.IsLive && !_two.IsLive);
        await Until.UnavailableAsync(() => _two.TryCheckAsync("ada"));
        await Until.UnavailableAsync(() => _one.TryLogOutAsync("ada", 2));
        await _server.CommandAsync("DEL", "{curfew}:store");
        await Until.UnavailableAsync(() => _two.TryCheckAsync("ada"));
        Assert.True(await Until.SucceedsAsync(_one.Leases.InitializeStoreAsync));
        await _one.LogOutAsync("ada", 4);
        Assert.Equal(7, await _two.CheckAsync("ada"));
    }

    // What a holder doesn't understand it hasn't applied, and doesn't confirm. The large one was red while a payload was allocated
    // before it was there.
    [Theory]
    [InlineData("nothing")]
    [InlineData("text")]
    [InlineData("another version")]
    [InlineData("cut off")]
    [InlineData("600 MB that aren't there")]
    [InlineData("less than nothing")]
    [InlineData("more than there can be")]
    public async Task AnnouncementsThatCanNotBeRead_TakeNoMemory_AndLogoutsHold(string what)
    {
        var before = GC.GetTotalAllocatedBytes();
        await _server.CommandAsync("PUBLISH", "{curfew}:announcements", Garbled(what));

        // Heard later, on the same channel.
        await _one.LogOutAsync("ada", 1);
        Assert.Equal(1, await _two.CheckAsync("ada"));
        var taken = GC.GetTotalAllocatedBytes() - before;
        Assert.True(taken < 500 << 20, $"{taken} bytes were taken for what isn't there.");
        await _two.LiveAsync();
    }

    // Leases of nobody: what names none is nobody's, what nobody confirms is waited out. One that is changed under its holder ends.
    [Fact]
    public async Task StrayLeases_DelayLogoutsAndLoseNone()
    {
        await _server.CommandAsync("HSET", "{curfew}:leases", "no-lease", "live", Guid.NewGuid().ToString("N"), "?", _two.Lease!, "what");
        await _one.LogOutAsync("ada", 1);
        Assert.Equal(1, await _two.CheckAsync("ada"));
        await _two.LiveAsync();
        await _one.LogOutAsync("ada", 2);
        Assert.Equal(3, await _two.CheckAsync("ada"));
    }

    // A version, the sender and the round (24 bytes), a count, then of each a key and the length of its payload.
    private static byte[] Garbled(string what) => what switch
    {
        "nothing" => [],
        "text" => "text"u8.ToArray(),
        "another version" => [2, .. new byte[24], 0, 0, 0, 0],
        "cut off" => [1, .. new byte[7]],
        "600 MB that aren't there" => [1, .. new byte[24], 1, 0, 0, 0, 0, 0, 0, 0, 0x24],
        "less than nothing" => [1, .. new byte[24], 1, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        _ => [1, .. new byte[24], 0xff, 0xff, 0xff, 0x7f],
    };

    // In one step, or a lease is taken in between.
    private Task<string> ReplaceAsync(string key, string command) => _server.CommandAsync(
        "EVAL", "redis.call('DEL', KEYS[1]) return redis.call(ARGV[1], KEYS[1], 'x')", 1, key, command);
}
