using Curfew.Sqlite.Tests.Support;

namespace Curfew.Sqlite.Tests;

public sealed class StoredSettingsTests
{
    [Fact]
    public async Task Settings_are_added_replaced_and_found_again_after_a_restart()
    {
        using var directory = new TemporaryDirectory();
        await using (var test = TestDatabase.Open(directory.Path))
        {
            Assert.Empty(await test.Database.Settings.ReadAsync());
            await test.Database.Settings.WriteAsync(new Dictionary<string, long> { ["max_token_lifetime"] = 86400, ["o'dd \"key\""] = -1 });
            await test.Database.Settings.WriteAsync(new Dictionary<string, long> { ["max_token_lifetime"] = long.MaxValue });
        }

        await using var reopened = TestDatabase.Open(directory.Path);
        Assert.Equal(
            new Dictionary<string, long> { ["max_token_lifetime"] = long.MaxValue, ["o'dd \"key\""] = -1 },
            await reopened.Database.Settings.ReadAsync());
    }
}
