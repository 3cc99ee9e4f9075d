using System.Net;
using System.Net.Http.Headers;

namespace Curfew.System.Tests.Processes;

/// <summary>A silo as a process of its own, in Development.</summary>
internal sealed class SiloProcess : IServerProcess
{
    private readonly HttpClient _client;

    private SiloProcess(RunningProcess process, Machine machine)
    {
        Process = process;
        SiloPort = machine.SiloPort;
        GatewayPort = machine.GatewayPort;
        _client = new HttpClient { BaseAddress = machine.Url, Timeout = TimeSpan.FromSeconds(5) };
    }

    public RunningProcess Process { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public static SiloProcess Launch(string dataDirectory, params (string Name, string Value)[] settings) =>
        Launch(Machine.This(), Repository.Program("Silo", "Curfew.Silo"), dataDirectory, settings);

    /// <param name="program">The silo, or one that a test made to replace it.</param>
    public static SiloProcess Launch(Machine machine, string program, string dataDirectory, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"{machine.Url}",
            ["Curfew__DataDirectory"] = dataDirectory,
            ["Curfew__Cluster__Address"] = machine.Address,
            ["Curfew__Cluster__SiloPort"] = $"{machine.SiloPort}",
            ["Curfew__Cluster__GatewayPort"] = $"{machine.GatewayPort}",
        };
        foreach (var (name, value) in settings)
            environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = machine.Start("dotnet", [program, "--contentRoot", Path.Combine(Repository.Root, "src", "Silo")], environment);
        return new SiloProcess(process, machine);
    }

    public Task ReadyAsync() => Process.UntilAsync(async () => await StatusAsync("/health/ready") == HttpStatusCode.OK, "the silo's /health/ready");

    /// <summary>Null while nobody answers.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>One of its own pages; empty while it doesn't answer with 200.</summary>
    public async Task<string> ReadAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _client.SendAsync(request);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : "{}";
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Process.DisposeAsync();
    }
}
