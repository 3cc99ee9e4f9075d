namespace Curfew.Bench.Harness;

/// <summary>A real redis-server on a free port, over a folder of its own; with its own default settings unless others are given.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("curfew-redis-");

    private readonly string[] _settings;

    private RedisServer(int port, string[] settings) => (Port, _settings) = (port, settings);

    public int Port { get; }

    public ChildProcess Process { get; private set; } = null!;

    /// <param name="settings">As on its command line.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = new RedisServer(Loopback.FreePort(), settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on the same port and folder, after <see cref="ChildProcess.KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        Process = ChildProcess.Start(
            "redis-server", ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder.FullName, .. _settings]);
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
