using System.Net;
using Curfew.System.Tests.Processes;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Cluster;

/// <summary>Outgrowing one machine, or going back to one, loses nobody's logout: the operator's commands on real stores.</summary>
public sealed class MovingTests(ITestOutputHelper output)
{
    private const int Users = 3000;

    [Fact]
    public async Task ExportAndImport_ToOneMachineAndBack_EveryLogoutHolds()
    {
        using var files = new TemporaryDirectory();
        var (fromCluster, fromOne) = (Path.Combine(files.Path, "cluster.jsonl"), Path.Combine(files.Path, "one.jsonl"));
        await using var cluster = await CurfewCluster.StartAsync();
        var api = cluster.Apis[0];
        var revoked = new List<string>();
        foreach (var scope in (string[])["token", "session", "everywhere"])
        {
            revoked.Add(await api.TokenAsync($"moves-{scope}", "s"));
            await api.LogOutAsync(revoked[^1], $$"""{"scope":"{{scope}}"}""");
        }

        // One that a client's cutoff covers, another that is kept by "log out my other devices".
        revoked.Add(DevTokens.Mint(cluster.DataDirectory, "moves-client", "mobile"));
        revoked.Add(await api.TokenAsync("moves-others", "t"));
        var kept = await api.TokenAsync("moves-others", "s");
        await api.LogOutAsync(kept, """{"scope":"others"}""");
        var admin = await api.TokenAsync("admin", scope: "curfew:admin");
        using (var cutoff = await api.SendAsync(HttpMethod.Post, "/revocations", admin, """{"iss":"curfew-dev","client_id":"mobile","everything":true}"""))
            Assert.Equal(HttpStatusCode.OK, cutoff.StatusCode);
        await AssertAsync(cluster.Apis[1]);

        await RunAsync(cluster.Settings, "exported 5 ", "export", fromCluster);
        Assert.Equal(5, File.ReadLines(fromCluster).Count());

        // To one machine.
        var data = Path.Combine(files.Path, "data");
        (string, string)[] embedded = [("Curfew:Hosting", "embedded"), ("Curfew:DataDirectory", data)];
        await RunAsync(embedded, "imported 5 ", "import", fromCluster);
        File.Copy(Path.Combine(cluster.DataDirectory, "dev-issuer.key"), Path.Combine(data, "dev-issuer.key"));
        await using (var one = await ApiProcess.StartAsync(data))
        {
            await AssertAsync(one);
            Assert.Equal(0, await one.StopAsync());
        }

        // And back, to a Redis that knows nothing. Twice does no harm.
        await RunAsync(embedded, "exported 5 ", "export", fromOne);
        await using var second = CurfewCluster.Create();
        File.Copy(Path.Combine(cluster.DataDirectory, "dev-issuer.key"), Path.Combine(second.DataDirectory, "dev-issuer.key"));
        await cluster.DisposeAsync();
        await second.StartAllAsync();
        await RunAsync(second.Settings, "imported 5 ", "import", fromOne);
        await RunAsync(second.Settings, "imported 5 ", "import", fromOne);
        foreach (var node in second.Apis)
            await AssertAsync(node);

        async Task AssertAsync(ApiProcess node)
        {
            Assert.Equal(HttpStatusCode.OK, await node.KnownStatusAsync("/verify", kept));
            foreach (var token in revoked)
                Assert.Equal(HttpStatusCode.Unauthorized, await node.KnownStatusAsync("/verify", token));
        }
    }

    [Fact]
    public async Task Import_KilledInTheMiddle_GoesOnAndLosesNothing_BadLinesAreNamed()
    {
        using var files = new TemporaryDirectory();
        (string, string)[] target = [("Curfew:Hosting", "embedded"), ("Curfew:DataDirectory", Path.Combine(files.Path, "target"))];
        var export = Path.Combine(files.Path, "one.jsonl");
        await ExportOneUserAsync(files, export);
        var line = File.ReadAllText(export).Trim();
        Assert.Contains("moved-0000", line, StringComparison.Ordinal);
        var many = Path.Combine(files.Path, "many.jsonl");
        File.WriteAllLines(many, Enumerable.Range(0, Users).Select(i => line.Replace("moved-0000", $"moved-{i:0000}", StringComparison.Ordinal)));

        // Killed once it has come somewhere.
        var progress = many + ".imported";
        await using (var killed = OperatorCommand.Start(target, "import", many))
        {
            await killed.UntilAsync(() => Task.FromResult(File.Exists(progress)), "progress of the import");
            await killed.KillAsync();
        }

        var resumed = await OperatorCommand.RunAsync(target, "import", many);
        output.WriteLine(resumed.Output);
        Assert.True(resumed.Status == 0, resumed.Output);
        Assert.Contains("going on after line", resumed.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(progress));

        // What came out is what went in.
        var again = Path.Combine(files.Path, "again.jsonl");
        await RunAsync(target, $"exported {Users} ", "export", again);
        Assert.Equal(File.ReadLines(many).Order(StringComparer.Ordinal), File.ReadLines(again).Order(StringComparer.Ordinal));

        foreach (var bad in (string[])["", "5", "[]", "{}", "nonsense", line[..^5], line.Replace("curfew.user", "curfew.nobody", StringComparison.Ordinal)])
        {
            var file = Path.Combine(files.Path, "bad.jsonl");
            File.WriteAllLines(file, [line, bad, line]);
            var (status, said) = await OperatorCommand.RunAsync(target, "import", file);
            Assert.True(bad.Length == 0 ? status == 0 : status == 1 && said.Contains("Line 2 is not from an export", StringComparison.Ordinal), said);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task BackupAndRestore_AsCommands_BringTheLogoutBack()
    {
        using var files = new TemporaryDirectory();
        var (data, backup, restored) = (Path.Combine(files.Path, "data"), Path.Combine(files.Path, "backup.db"), Path.Combine(files.Path, "restored"));
        string token;
        await using (var api = await ApiProcess.StartAsync(data))
        {
            token = await api.TokenAsync("backed-up");
            await api.LogOutAsync(token);

            // While it serves.
            await RunAsync([("Curfew:DataDirectory", data)], "backed up", "backup", backup);
        }

        Assert.Equal(1, (await OperatorCommand.RunAsync([("Curfew:DataDirectory", data)], "backup", backup)).Status);
        await RunAsync([("Curfew:DataDirectory", restored)], "restored", "restore", backup);
        File.Copy(Path.Combine(data, "dev-issuer.key"), Path.Combine(restored, "dev-issuer.key"));
        await using var second = await ApiProcess.StartAsync(restored);
        Assert.Equal(HttpStatusCode.Unauthorized, await second.KnownStatusAsync("/verify", token));
    }

    private static async Task ExportOneUserAsync(TemporaryDirectory files, string export)
    {
        var data = Path.Combine(files.Path, "source");
        await using (var api = await ApiProcess.StartAsync(data))
        {
            await api.LogOutAsync(await api.TokenAsync("moved-0000", "s"));
            Assert.Equal(0, await api.StopAsync());
        }

        await RunAsync([("Curfew:DataDirectory", data)], "exported 1 ", "export", export);
    }

    private static async Task RunAsync((string, string)[] settings, string says, params string[] arguments)
    {
        var (status, said) = await OperatorCommand.RunAsync(settings, arguments);
        Assert.True(status == 0, said);
        Assert.Contains(says, said, StringComparison.Ordinal);
    }
}
