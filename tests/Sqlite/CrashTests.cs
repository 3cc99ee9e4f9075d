using Curfew.Sqlite.Tests.Support;

namespace Curfew.Sqlite.Tests;

public sealed class CrashTests
{
    /// <summary>
    /// Red when writes are completed before the commit: the last ones named are missing. (That a commit also survives
    /// power loss, kill -9 can't show; <see cref="FlushTests"/> does.)
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(3000)]
    public async Task Every_write_acknowledged_before_a_kill_is_there_afterwards(int acknowledged)
    {
        using var directory = new TemporaryDirectory();
        using var child = ChildProcess.Start("write", directory.Path);
        Assert.Equal("open", await child.ReadLineAsync());
        var keys = new List<string>();
        while (keys.Count < acknowledged) keys.Add((await child.ReadLineAsync())!);
        await child.KillAsync();
        keys.AddRange(await child.ReadToEndAsync());

        await using var test = TestDatabase.Open(directory.Path);
        var stored = await test.Database.ReadStatesAsync("facts").Select(s => s.GrainId["user/".Length..]).ToHashSetAsync();
        Assert.DoesNotContain(keys, key => !stored.Contains(key));
        Assert.Equal("ok", test.Query<string>("PRAGMA integrity_check"));

        // At most what was under way was written without anyone having been told.
        Assert.InRange(stored.Count, keys.Count, keys.Count + 32);
    }
}
