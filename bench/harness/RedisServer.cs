namespace Curfew.Bench.Harness;

/// <summary>A real redis-server on a free port, with its own default settings, over a folder of its own.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("curfew-redis-");

    private RedisServer(int port) => Port = port;

    public int Port { get; }

    public ChildProcess Process { get; private set; } = null!;

    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer(Loopback.FreePort());
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on the same port and folder, after <see cref="ChildProcess.KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        Process = ChildProcess.Start(
            "redis-server", ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder.FullName]);
        await Loopback.ListeningAsync(Port, Process);
    }

    /// <summary>Sends one command by redis-cli and returns its answer.</summary>
    public async Task<string> SendAsync(params string[] command) =>
        (await ChildProcess.RunAsync("redis-cli", ["-p", $"{Port}", .. command])).TrimEnd();

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
