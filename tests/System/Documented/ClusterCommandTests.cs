using System.Net;
using System.Text.RegularExpressions;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Documented;

/// <summary>The commands of docs/embedded.md and docs/cluster.md: one machine's revocations go to a cluster that they start.</summary>
public sealed partial class ClusterCommandTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);

    private string Data => Path.Combine(_files.Path, "data");

    // Seen red with `import` left out of the page's block.
    [Fact]
    public async Task OneMachinesLogouts_HoldInTheClusterThatThePagesStart()
    {
        string loggedOut, other;
        await using (var embedded = await ApiProcess.StartAsync(Data))
        {
            (loggedOut, other) = (await embedded.TokenAsync("alice"), await embedded.TokenAsync("alice"));
            await embedded.LogOutAsync(loggedOut, """{"scope":"token"}""");
            Assert.Equal(0, await embedded.StopAsync());
        }

        await using var redis = new RedisProcess(Path.Combine(_files.Path, "redis"));
        await redis.StartAsync();
        _ports["5089"] = redis.Port;
        await using var silo = Start("Silo");
        await DocumentedShell.RunAsync(
            DocumentedShell.Read("docs/embedded.md", "dotnet Curfew.Api.dll export").WithProgram().With("redis:6379", redis.Address), _files.Path);

        await using var node = Start("Api");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports["5093"]}") };
        await node.UntilAsync(async () => await StatusAsync(client, "/health/ready", null) == HttpStatusCode.OK, "/health/ready");
        await node.UntilAsync(async () => await StatusAsync(client, "/me", other) == HttpStatusCode.OK, "the token that wasn't logged out");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/me", loggedOut));
    }

    public void Dispose() => _files.Dispose();

    // As it stands in the page, but on free ports, over these files, and with what was built along with these tests.
    private RunningProcess Start(string project)
    {
        var command = Commands().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "cluster.md")))
            .Select(match => match.Groups[1].Value).Single(block => block.Contains($"Curfew.{project}.dll", StringComparison.Ordinal))
            .With("\"$PWD/data\"", Data)
            .With($"src/{project}/bin/Release/net10.0/Curfew.{project}.dll", $"'{Repository.Program(project, $"Curfew.{project}")}'");
        command = Port().Replace(command, port =>
        {
            if (!_ports.TryGetValue(port.Value, out var own))
                _ports.Add(port.Value, own = FreePort.Next());
            return $"{own}";
        });
        return RunningProcess.Start("bash", ["-c", "exec " + command], directory: Repository.Root);
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient client, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        try
        {
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    [GeneratedRegex("```sh\n(env .*?)```", RegexOptions.Singleline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"\b50[89]\d\b")]
    private static partial Regex Port();
}
