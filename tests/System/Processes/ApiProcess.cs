using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Curfew.System.Tests.Processes;

/// <summary>The service as a process of its own, in Development.</summary>
internal sealed class ApiProcess : IServerProcess
{
    private const int Attempts = 60;

    private ApiProcess(RunningProcess process, Uri address)
    {
        Process = process;
        Client = new HttpClient { BaseAddress = address };
    }

    public RunningProcess Process { get; }

    public HttpClient Client { get; }

    /// <param name="settings">Beyond the data directory, by their names in configuration.</param>
    public static async Task<ApiProcess> StartAsync(string dataDirectory, params (string Name, string Value)[] settings)
    {
        var api = Launch(dataDirectory, settings);
        await api.Process.UntilAsync(async () => await api.StatusAsync("/health/ready") == HttpStatusCode.OK, "/health/ready");
        return api;
    }

    /// <summary>Starts it and doesn't wait: it may be meant to fail.</summary>
    public static ApiProcess Launch(string dataDirectory, params (string Name, string Value)[] settings) =>
        Launch(Machine.This(), dataDirectory, settings);

    public static ApiProcess Launch(string dataDirectory, (string Name, string Value)[] settings, string? standardOutput) =>
        Launch(Machine.This(), dataDirectory, settings, standardOutput);

    /// <param name="standardOutput">A file that its standard output goes to; null: it is kept with the errors.</param>
    public static ApiProcess Launch(
        Machine machine, string dataDirectory, (string Name, string Value)[] settings, string? standardOutput = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"{machine.Url}",
            ["Curfew__DataDirectory"] = dataDirectory,
        };
        foreach (var (name, value) in settings)
            environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        string[] command = ["dotnet", Repository.Program("Api", "Curfew.Api"), "--contentRoot", Path.Combine(Repository.Root, "src", "Api")];
        if (standardOutput is not null)
            command = ["sh", "-c", "exec \"$@\" > \"$0\"", standardOutput, .. command];
        return new ApiProcess(machine.Start(command[0], command[1..], environment), machine.Url);
    }

    /// <summary>Null while nobody answers.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path, string? token = null)
    {
        try
        {
            using var answer = await SendAsync(HttpMethod.Get, path, token);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The first status that isn't 503: a cluster on a busy machine may need another attempt.</summary>
    public async Task<HttpStatusCode?> KnownStatusAsync(string path, string? token = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var status = await StatusAsync(path, token);
            if (status != HttpStatusCode.ServiceUnavailable || attempt == Attempts)
                return status;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Client.SendAsync(request);
    }

    /// <summary>A token of the service's own issuer.</summary>
    public async Task<string> TokenAsync(string sub, string? sid = null, string? scope = null, long? lifetimeSeconds = null)
    {
        var asked = new JsonObject { ["sub"] = sub, ["sid"] = sid, ["scope"] = scope, ["lifetime_seconds"] = lifetimeSeconds };
        using var answer = await SendAsync(HttpMethod.Post, "/dev/token", null, asked.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
    }

    /// <summary>
    /// Logs out by the body's scope and asserts the acknowledgement. A 503 is repeated; the token may be found revoked then.
    /// </summary>
    public async Task LogOutAsync(string token, string? json = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var answer = await SendAsync(HttpMethod.Post, "/logout", token, json);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < Attempts)
                continue;
            Assert.True(answer.StatusCode == HttpStatusCode.OK || (answer.StatusCode == HttpStatusCode.Unauthorized && attempt > 1), $"{answer.StatusCode}");
            return;
        }
    }

    /// <summary>SIGTERM, and its status once it has ended.</summary>
    public async Task<int> StopAsync()
    {
        Process.Signal("TERM");
        return await Process.ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }
}
