using System.Net;
using Curfew.System.Tests.Cluster;
using Curfew.System.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace Curfew.System.Tests;

/// <summary>What the service reads into memory at its start is what the users' grains hold (guarantees G1, G5).</summary>
public sealed class EmbeddedFillTests
{
    // Red when the filler leaves out cutoffs, or exemptions.
    [Fact]
    public async Task Restarted_TheIndexAndTheGrainsGiveTheSameVerdicts()
    {
        using var data = new TemporaryDirectory();
        var tokens = new List<string>();
        await using (var api = await ApiProcess.StartAsync(data.Path))
        {
            foreach (var scope in (string[])["token", "session", "others", "everywhere"])
            {
                var presented = await api.TokenAsync($"fill-{scope}", "s");
                tokens.AddRange(presented, await api.TokenAsync($"fill-{scope}", "s"), await api.TokenAsync($"fill-{scope}", "t"));
                await api.LogOutAsync(presented, $$"""{"scope":"{{scope}}"}""");
            }

            tokens.AddRange(
                DevTokens.Mint(data.Path, "fill-client", "mobile"), DevTokens.Mint(data.Path, "fill-client", "web"), await api.TokenAsync("fill-nobody"));
            var admin = await api.TokenAsync("admin", scope: "curfew:admin");
            using (var cutoff = await api.SendAsync(HttpMethod.Post, "/revocations", admin, """{"iss":"curfew-dev","client_id":"mobile","everything":true}"""))
                Assert.Equal(HttpStatusCode.OK, cutoff.StatusCode);
            Assert.Equal(0, await api.StopAsync());
        }

        var fromMemory = await StatusesAsync("leased");
        var fromGrains = await StatusesAsync("strict");
        Assert.Equal(fromGrains, fromMemory);
        const HttpStatusCode No = HttpStatusCode.Unauthorized;
        const HttpStatusCode Yes = HttpStatusCode.OK;
        Assert.Equal([No, Yes, Yes, No, No, Yes, Yes, Yes, No, No, No, No, No, Yes, Yes], fromMemory);

        async Task<List<HttpStatusCode?>> StatusesAsync(string consistency)
        {
            await using var api = await ApiProcess.StartAsync(data.Path, ("Curfew:Consistency", consistency));
            var statuses = new List<HttpStatusCode?>();
            foreach (var token in tokens)
                statuses.Add(await api.KnownStatusAsync("/verify", token));
            Assert.Equal(0, await api.StopAsync());
            return statuses;
        }
    }

    // Red when the filler skips what it can't read: the token is accepted then.
    [Fact]
    public async Task StateThatCanNotBeRead_RefusesToStart()
    {
        using var data = new TemporaryDirectory();
        await using (var api = await ApiProcess.StartAsync(data.Path))
        {
            await api.LogOutAsync(await api.TokenAsync("unreadable"));
            Assert.Equal(0, await api.StopAsync());
        }

        var file = Directory.GetFiles(data.Path, "*.db").Single();
        using (var database = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            database.Open();
            using var spoil = database.CreateCommand();
            spoil.CommandText = "UPDATE states SET data = x'7b22'";
            Assert.True(spoil.ExecuteNonQuery() > 0);
        }

        await using var refused = ApiProcess.Launch(data.Path);
        Assert.NotEqual(0, await refused.Process.ExitAsync());
        Assert.Contains("can't be read", refused.Process.Output, StringComparison.Ordinal);
        Assert.Contains("unreadable", refused.Process.Output, StringComparison.Ordinal);
    }
}
