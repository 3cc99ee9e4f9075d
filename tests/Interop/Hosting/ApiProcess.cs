using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Interop.Tests.Hosting;

/// <summary>The service in a process of its own, as an operator runs it.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    public const string EventAudience = "curfew-at-the-provider";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private ApiProcess(IReadOnlyDictionary<string, string> settings)
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Built.Api])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Built.Api)!,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = Url.ToString();
        start.Environment["Curfew__DataDirectory"] = _directory.Path;
        start.Environment["Curfew__Events__Audiences__0"] = EventAudience;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        Client = new HttpClient { BaseAddress = Url };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
    }

    public Uri Url { get; }

    public HttpClient Client { get; }

    /// <param name="authority">The issuer whose tokens it accepts, for the audience <c>api</c>.</param>
    public static async Task<ApiProcess> StartAsync(string authority, params Credentials[] clients)
    {
        var settings = new Dictionary<string, string>
        {
            ["Authentication__Schemes__Bearer__Authority"] = authority,
            ["Authentication__Schemes__Bearer__RequireHttpsMetadata"] = "false",
            ["Authentication__Schemes__Bearer__ValidAudience"] = "api",
        };
        foreach (var (client, i) in clients.Select((client, i) => (client, i)))
        {
            settings[$"Curfew__Clients__{i}__ClientId"] = client.Id;
            settings[$"Curfew__Clients__{i}__SecretSha256"] = client.Hash;
        }

        var api = new ApiProcess(settings);
        try
        {
            await api.StartAsync();
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    public async Task<HttpResponseMessage> MeAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Client.SendAsync(request);
    }

    public async Task AssertAccepted(string token)
    {
        var answer = await MeAsync(token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {answer.Headers.WwwAuthenticate} {Output}");
    }

    public async Task AssertRefused(string token, string why)
    {
        var answer = await MeAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains(why, answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _directory.Dispose();
    }

    private string Output => string.Join('\n', _output);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task StartAsync()
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException("The service did not start:\n" + Output);
            try
            {
                if ((await Client.GetAsync("/health/ready", patience.Token)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }
}
