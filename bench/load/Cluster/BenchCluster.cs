using System.Globalization;
using Curfew.Bench.Harness;

namespace Curfew.Bench.Load.Cluster;

/// <summary>A Redis whose writes are on disk before they are answered, silos, and the API nodes that are measured.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly List<Member> _members = [];

    private BenchCluster(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public IEnumerable<Member> Silos => _members.Where(member => member.IsSilo);

    /// <summary>All whose work a check through grains is, but the node that asks.</summary>
    public IEnumerable<ChildProcess> Servers => [Redis.Process, .. Silos.Select(silo => silo.Process)];

    private string[] Settings => [$"--Curfew:Cluster:Redis=127.0.0.1:{Redis.Port}", "--Curfew:Cluster:Address=127.0.0.1"];

    public static async Task<BenchCluster> StartAsync(int silos, bool dashboard = false)
    {
        var redis = await RedisServer.StartAsync();
        await redis.SendAsync("CONFIG", "SET", "appendonly", "yes");
        await redis.SendAsync("CONFIG", "SET", "appendfsync", "always");
        var cluster = new BenchCluster(redis);
        var builder = Host.CreateApplicationBuilder(cluster.Settings);
        builder.Logging.ClearProviders();
        await builder.InitializeCurfewStoreAsync();
        for (var i = 0; i < silos; i++)
        {
            await cluster.StartAsync(
                "cluster-silo",
                [
                    $"--dashboard={dashboard}", $"--Curfew:Cluster:SiloPort={Loopback.FreePort()}",
                    $"--Curfew:Cluster:GatewayPort={Loopback.FreePort()}",
                ],
                isSilo: true);
        }

        return cluster;
    }

    /// <summary>An API node that has answered a check and a logout.</summary>
    public async Task<Member> StartNodeAsync(string consistency, bool count = false)
    {
        var node = await StartAsync("cluster-node", [$"--consistency={consistency}", $"--count={count}"], isSilo: false);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await node.PostAsync("once?prefix=ready&from=0&users=1");
                await node.PostAsync($"logout?prefix=ready-{Guid.NewGuid():N}&count=1");
                return node;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                // A new store is settled for a lease length first.
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
            await member.Process.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private async Task<Member> StartAsync(string what, string[] arguments, bool isSilo)
    {
        var port = Loopback.FreePort();
        var process = ChildProcess.Start(
            "dotnet", [typeof(BenchCluster).Assembly.Location, what, $"--urls=http://127.0.0.1:{port}", .. Settings, .. arguments]);
        await Loopback.ListeningAsync(port, process);
        _members.Add(new Member(process, port, isSilo));
        return _members[^1];
    }

    /// <summary>One of its .NET processes.</summary>
    internal sealed record Member(ChildProcess Process, int Port, bool IsSilo)
    {
        private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromMinutes(10) };

        public async Task<long> GetAsync(string path) =>
            long.Parse(await Client.GetStringAsync(new Uri($"http://127.0.0.1:{Port}/{path}")), CultureInfo.InvariantCulture);

        public async Task PostAsync(string path)
        {
            using var answer = await Client.PostAsync(new Uri($"http://127.0.0.1:{Port}/{path}"), null);
            answer.EnsureSuccessStatusCode();
        }

        public async Task<T> PostAsync<T>(string path)
        {
            using var answer = await Client.PostAsync(new Uri($"http://127.0.0.1:{Port}/{path}"), null);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<T>())!;
        }
    }
}
