using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>A third silo and a third API node, added to <c>./run.sh cluster</c> by the commands of docs/cluster.md, are used.</summary>
public sealed partial class AddedProcessesTests
{
    private readonly HttpClient _client = new();

    // Red, too, when run.sh ends Redis along with the silos: they wait for it, for minutes.
    [SlowFact]
    public async Task DocsCommands_AddASiloAndAnApiNodeThatAreUsed()
    {
        using var data = new TemporaryDirectory();
        var first = Random.Shared.Next(200, 300) * 100;
        var commands = Command().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "cluster.md")))
            .Select(match => Port().Replace(match.Groups[1].Value, port => $"{first + int.Parse(port.Value, CultureInfo.InvariantCulture) - 5080}")
                .Replace("\"$PWD/data\"", data.Path, StringComparison.Ordinal)).ToList();
        Assert.Equal(2, commands.Count);

        await using var run = RunningProcess.Start(
            "env", ["--default-signal=INT", "bash", "run.sh", "cluster"], new Dictionary<string, string> { ["PORT"] = $"{first}", ["DATA"] = data.Path },
            Repository.Root);
        await run.UntilAsync(() => Task.FromResult(run.Output.Contains($"ready at http://127.0.0.1:{first + 1}", StringComparison.Ordinal)), "ready");
        var tokens = new List<string>();
        for (var i = 0; i < 50; i++)
            tokens.Add(await TokenAsync(first, $"added-{i}"));

        await using var silo = Start(commands[0]);
        await using var api = Start(commands[1]);
        foreach (var (process, port) in ((RunningProcess, int)[])[(silo, first + 12), (api, first + 13)])
            await process.UntilAsync(async () => await StatusAsync(HttpMethod.Get, port, "/health/ready", null) == HttpStatusCode.OK, "/health/ready");

        // Each node knows what the other was told; the new silo holds users of whom both ask.
        var operators = await TokenAsync(first, "operator", "curfew:read");
        await silo.UntilAsync(
            async () =>
            {
                foreach (var token in tokens)
                    Assert.Equal(HttpStatusCode.OK, await KnownAsync(HttpMethod.Get, first + 13, "/verify", token));
                return DashboardCounters.Users(await ReadAsync(first + 12, "/dashboard/DashboardCounters", operators), first + 10) > 0;
            },
            "users' grains on the new silo");
        for (var i = 0; i < tokens.Count; i++)
        {
            var (here, there) = i % 2 == 0 ? (first + 13, first) : (first + 1, first + 13);
            Assert.Equal(HttpStatusCode.OK, await KnownAsync(HttpMethod.Post, here, "/logout", tokens[i]));
            Assert.Equal(HttpStatusCode.Unauthorized, await KnownAsync(HttpMethod.Get, there, "/verify", tokens[i]));
        }

        foreach (var added in (RunningProcess[])[api, silo])
        {
            added.Signal("TERM");
            await added.ExitAsync();
        }

        run.Signal("TERM");
        await run.ExitAsync();
    }

    // Not a shell of its own: a signal is meant for the process.
    private static RunningProcess Start(string command) =>
        RunningProcess.Start("bash", ["-c", "exec " + command], directory: Repository.Root);

    private async Task<string> TokenAsync(int port, string sub, string? scope = null)
    {
        using var body = new StringContent(new JsonObject { ["sub"] = sub, ["scope"] = scope }.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        using var answer = await _client.PostAsync(new Uri($"http://127.0.0.1:{port}/dev/token"), body);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
    }

    private async Task<HttpStatusCode?> KnownAsync(HttpMethod method, int port, string path, string token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var status = await StatusAsync(method, port, path, token);
            if (status != HttpStatusCode.ServiceUnavailable || attempt == 20)
                return status;
        }
    }

    private async Task<HttpStatusCode?> StatusAsync(HttpMethod method, int port, string path, string? token)
    {
        try
        {
            using var request = Request(method, port, path, token);
            using var answer = await _client.SendAsync(request);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<string> ReadAsync(int port, string path, string token)
    {
        using var request = Request(HttpMethod.Get, port, path, token);
        using var answer = await _client.SendAsync(request);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : "{}";
    }

    private static HttpRequestMessage Request(HttpMethod method, int port, string path, string? token)
    {
        var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{port}{path}"));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    [GeneratedRegex("```sh\n(env .*?)```", RegexOptions.Singleline)]
    private static partial Regex Command();

    [GeneratedRegex(@"\b50[89]\d\b")]
    private static partial Regex Port();
}
