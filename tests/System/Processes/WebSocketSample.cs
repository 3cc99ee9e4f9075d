using System.Net.WebSockets;

namespace Curfew.System.Tests.Processes;

/// <summary>The sample of a WebSocket that ends with the logout, as a leased node of a cluster that trusts the dev issuer.</summary>
internal sealed class WebSocketSample : IAsyncDisposable
{
    private readonly int _port;

    private WebSocketSample(RunningProcess process, int port)
    {
        Process = process;
        _port = port;
    }

    public RunningProcess Process { get; }

    public static WebSocketSample Launch(string dataDirectory, int redis)
    {
        var port = FreePort.Next();
        var folder = Path.Combine(Repository.Root, "samples", "WebSocket");
        var program = Repository.Program(Path.Combine("..", "samples", "WebSocket"), "Sample.WebSocket");
        const string bearer = "Authentication__Schemes__Bearer";
        return new(
            RunningProcess.Start("dotnet", [program, "--contentRoot", folder], new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["Curfew__Cluster__Redis"] = $"127.0.0.1:{redis}",
                [$"{bearer}__ValidIssuers__0"] = "curfew-dev",
                [$"{bearer}__ValidAudience"] = "curfew",
                [$"{bearer}__SigningKeys__0__Id"] = "curfew-dev",
                [$"{bearer}__SigningKeys__0__Issuer"] = "curfew-dev",
                [$"{bearer}__SigningKeys__0__Value"] = Convert.ToBase64String(File.ReadAllBytes(Path.Combine(dataDirectory, "dev-issuer.key"))),
                [$"{bearer}__SigningKeys__0__Length"] = "32",
            }),
            port);
    }

    /// <summary>An open socket, as soon as the sample answers.</summary>
    public async Task<ClientWebSocket> OpenAsync(string token)
    {
        ClientWebSocket? open = null;
        await Process.UntilAsync(
            async () =>
            {
                var socket = new ClientWebSocket();
                socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
                try
                {
                    await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_port}/ticks"), CancellationToken.None);
                    open = socket;
                }
                catch (WebSocketException)
                {
                    socket.Dispose();
                }

                return open is not null;
            },
            "an open WebSocket");
        return open!;
    }

    public async ValueTask DisposeAsync() => await Process.DisposeAsync();
}
