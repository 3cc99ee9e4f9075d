using Curfew.Bench.Harness;

namespace Curfew.Samples.Tests.Running;

/// <summary>A built web app of this repository as a process of its own, in a folder that outlives it.</summary>
public sealed class RunningProject : IAsyncDisposable
{
    private readonly string _project;
    private readonly string _assembly;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("curfew-samples-");
    private ChildProcess? _process;

    private RunningProject(string project, string assembly, IReadOnlyDictionary<string, string> settings)
    {
        _project = project;
        _assembly = assembly;
        _settings = settings;
        Port = Loopback.FreePort();
        Client = new HttpClient { BaseAddress = Url };
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    public HttpClient Client { get; }

    /// <param name="project">Its folder in the repository.</param>
    /// <param name="assembly">What is built there.</param>
    public static async Task<RunningProject> StartAsync(string project, string assembly, params IEnumerable<(string, string)>[] settings)
    {
        var service = new RunningProject(
            project, assembly, settings.SelectMany(some => some).ToDictionary(some => some.Item1, some => some.Item2));
        await service.StartAgainAsync();
        return service;
    }

    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(
            "dotnet",
            [
                Repository.Built(_project, _assembly), "--contentRoot", Path.Combine(Repository.Root, _project),
                "--urls", Url.ToString(),
            ],
            _settings,
            _folder.FullName);
        await Loopback.ListeningAsync(Port, _process);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token) =>
        await Client.SendWithAsync(method, path, token);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
