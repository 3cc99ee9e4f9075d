using System.Net;
using System.Net.Http.Headers;

namespace Curfew.System.Tests.Processes;

/// <summary>A silo as a process of its own, in Development, on free ports of loopback.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly HttpClient _client;

    private SiloProcess(RunningProcess process, int httpPort, int siloPort)
    {
        Process = process;
        SiloPort = siloPort;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public RunningProcess Process { get; }

    public int SiloPort { get; }

    public static SiloProcess Launch(string dataDirectory, params (string Name, string Value)[] settings)
    {
        var (http, silo) = (FreePort.Next(), FreePort.Next());
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{http}",
            ["Curfew__DataDirectory"] = dataDirectory,
            ["Curfew__Cluster__SiloPort"] = $"{silo}",
            ["Curfew__Cluster__GatewayPort"] = $"{FreePort.Next()}",
        };
        foreach (var (name, value) in settings)
            environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = RunningProcess.Start(
            "dotnet", [Repository.Program("Silo", "Curfew.Silo"), "--contentRoot", Path.Combine(Repository.Root, "src", "Silo")], environment);
        return new SiloProcess(process, http, silo);
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
