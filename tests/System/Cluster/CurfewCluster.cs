using System.Net;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>Redis, silos and API nodes as real processes with files of their own.</summary>
internal sealed class CurfewCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private bool _isDisposed;

    private CurfewCluster((string Name, string Value)[] settings)
    {
        Redis = new RedisProcess(Path.Combine(_directory.Path, "redis"));
        Settings =
        [
            ("Curfew:Hosting", "cluster"),
            ("Curfew:Cluster:Redis", $"127.0.0.1:{Redis.Port}"),
            ("Curfew:Cluster:Address", "127.0.0.1"),
            .. settings,
        ];
    }

    /// <summary>What every process of it is configured with.</summary>
    public (string Name, string Value)[] Settings { get; }

    public string DataDirectory => _directory.Path;

    public RedisProcess Redis { get; }

    /// <summary>All that were started, dead ones included, in their order.</summary>
    public List<SiloProcess> Silos { get; } = [];

    public List<ApiProcess> Apis { get; } = [];

    /// <summary>Nothing is started yet.</summary>
    public static CurfewCluster Create(params (string Name, string Value)[] settings) => new(settings);

    /// <summary>Two silos and two API nodes over an initialized Redis, all ready.</summary>
    public static async Task<CurfewCluster> StartAsync(params (string Name, string Value)[] settings)
    {
        var cluster = new CurfewCluster(settings);
        try
        {
            await cluster.StartAllAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task StartAllAsync()
    {
        await Redis.StartAsync();
        await InitializeAsync();
        LaunchSilo();
        LaunchSilo();
        LaunchApi();
        LaunchApi();
        await ReadyAsync();
    }

    public SiloProcess LaunchSilo(params (string Name, string Value)[] more)
    {
        Silos.Add(SiloProcess.Launch(_directory.Path, [.. Settings, .. more]));
        return Silos[^1];
    }

    public ApiProcess LaunchApi(params (string Name, string Value)[] more)
    {
        Apis.Add(ApiProcess.Launch(_directory.Path, [.. Settings, .. more]));
        return Apis[^1];
    }

    /// <summary>Waits until each process that lives is ready.</summary>
    public async Task ReadyAsync()
    {
        foreach (var silo in Silos.Where(silo => !silo.Process.HasExited))
            await silo.ReadyAsync();
        foreach (var api in Apis.Where(api => !api.Process.HasExited))
            await api.Process.UntilAsync(async () => await api.StatusAsync("/health/ready") == HttpStatusCode.OK, "the API's /health/ready");
    }

    public async Task<string> InitializeAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            // It asks Redis for a second; a machine that is busy with other things may need another one.
            var (status, output) = await CommandAsync("initialize");
            if (status != 0 && attempt < 10)
                continue;
            Assert.True(status == 0, output);
            return output;
        }
    }

    /// <summary>An operator's command of the service's executable, with this cluster's configuration.</summary>
    public Task<(int Status, string Output)> CommandAsync(params string[] arguments) => OperatorCommand.RunAsync(Settings, arguments);

    /// <summary>How many silos the membership table has as active.</summary>
    public async Task<int> ActiveSilosAsync() => (await ActiveAsync()).Count;

    public async Task<bool> IsActiveAsync(SiloProcess silo) =>
        (await ActiveAsync()).Any(row => row.Contains($":{silo.SiloPort}@", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (var api in Apis)
            await api.DisposeAsync();
        foreach (var silo in Silos)
            await silo.DisposeAsync();
        await Redis.DisposeAsync();
        _directory.Dispose();
    }

    // Rows of Orleans's own table; status 3 is Active.
    private async Task<List<string>> ActiveAsync() =>
        [.. (await Redis.CommandAsync("hvals", "curfew/members/curfew")).Split('\n').Where(row => row.Contains("\"Status\":3", StringComparison.Ordinal))];
}
