using System.Net;
using System.Text.RegularExpressions;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests;

/// <summary><c>run.sh</c> and README's first block, as a newcomer meets them.</summary>
public sealed partial class RunScriptTests
{
    [Fact]
    public async Task Readme_FirstBlock_TokenIsRefusedAfterLogoutAndAfterKill()
    {
        using var data = new TemporaryDirectory();
        var port = FreePort.Next();
        var block = FirstBlock().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"))).Groups[1].Value;
        Assert.Contains("/logout", block, StringComparison.Ordinal);

        // As it stands, but beside what may be running here: another port, other files.
        block = block.Replace("5080", $"{port}", StringComparison.Ordinal)
            .Replace("data/run", $"{data.Path}/run", StringComparison.Ordinal)
            .Replace("curfew.log", $"{data.Path}/curfew.log", StringComparison.Ordinal);
        await using var shell = RunningProcess.Start(
            "bash", ["-c", block + "\nkill $(cat " + data.Path + "/run/api-1.pid); wait"], Environment(port, data.Path), Repository.Root);
        await shell.ExitAsync();

        var answers = Status().Matches(shell.Output).Select(match => match.Groups[1].Value).ToList();
        Assert.True(answers is ["200", "200", "401", "401"], $"{string.Join(' ', answers)}: {shell.Output}");
        Assert.Equal(2, Revoked().Count(shell.Output));
    }

    // run.sh without both of its traps, and a sleep in the service's place, leaves the child alive and its pid file behind, on either
    // signal. Either trap alone ends the children: bash runs the one on EXIT when a signal ends it, too.
    [Fact]
    public async Task Run_SigTerm_EndsItsChildrenAndASecondStartBuildsNothing()
    {
        using var data = new TemporaryDirectory();
        var port = FreePort.Next();
        var stamp = Path.Combine(Repository.Root, "artifacts", "run.stamp");
        DateTime? built = null;
        for (var start = 0; start < 2; start++)
        {
            // A shell can't trap what was ignored when it started, as SIGINT is for whoever runs these tests in the background.
            await using var run = RunningProcess.Start(
                "env", ["--default-signal=INT", "bash", "run.sh", "embedded"], Environment(port, data.Path), Repository.Root);
            await run.UntilAsync(
                () => Task.FromResult(run.Output.Contains($"curfew: ready at http://127.0.0.1:{port}", StringComparison.Ordinal)), "ready");
            Assert.Equal(built ?? File.GetLastWriteTimeUtc(stamp), File.GetLastWriteTimeUtc(stamp));
            built = File.GetLastWriteTimeUtc(stamp);

            var pid = int.Parse(
                await File.ReadAllTextAsync(Path.Combine(data.Path, "run", "api-1.pid")), global::System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(Directory.Exists($"/proc/{pid}"));
            using (var client = new HttpClient())
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"))).StatusCode);

            run.Signal(start == 0 ? "TERM" : "INT");
            await run.ExitAsync();
            Assert.False(Directory.Exists($"/proc/{pid}"));
            Assert.Empty(Directory.GetFiles(Path.Combine(data.Path, "run")));
        }
    }

    private static Dictionary<string, string> Environment(int port, string data) => new() { ["PORT"] = $"{port}", ["DATA"] = data };

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstBlock();

    [GeneratedRegex(@"HTTP/1\.1 (\d+)")]
    private static partial Regex Status();

    [GeneratedRegex("WWW-Authenticate: .*revoked", RegexOptions.IgnoreCase)]
    private static partial Regex Revoked();
}
