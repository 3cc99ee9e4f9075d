using System.Globalization;
using Curfew.Bench.Harness;

namespace Curfew.Peers.Tests;

/// <summary>A hand-made denylist: one process and a redis-server as it comes.</summary>
public sealed class RedisSystem(Func<int, int, Task<ChildProcess>> start) : RunningSystem
{
    private RedisServer _redis = null!;
    private ChildProcess _process = null!;

    /// <summary>A peer in C#, from <c>bench/peers</c>.</summary>
    public static RedisSystem DotNet(string folder, string assembly) => new((port, redis) =>
    {
        string[] arguments =
        [
            Repository.Built($"bench/peers/{folder}", assembly),
            $"--urls=http://127.0.0.1:{port}",
            $"--Redis=127.0.0.1:{redis}",
            $"--Jwt:Issuer={Issuer.Name}",
            $"--Jwt:Audience={Issuer.Audience}",
            $"--Jwt:Secret={Issuer.Secret}",
        ];
        return Task.FromResult(ChildProcess.Start("dotnet", arguments));
    });

    /// <summary>The Node peer.</summary>
    public static RedisSystem Node() => new(async (port, redis) =>
    {
        await NodeModules.InstallAsync();
        return ChildProcess.Start(
            "node",
            ["server.js"],
            new Dictionary<string, string>
            {
                ["PORT"] = $"{port}",
                ["REDIS_URL"] = $"redis://127.0.0.1:{redis}",
                ["JWT_SECRET"] = Issuer.Secret,
            },
            NodeModules.Folder);
    });

    public override async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        var port = Loopback.FreePort();
        _process = await start(port, _redis.Port);
        await Loopback.ListeningAsync(port, _process);
        Client = new Client(port, _process);
    }

    public override async Task StopAsync()
    {
        Client?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
    }

    public override async Task<Leftover> LeftInStorageAsync(string token, TimeSpan lifetime)
    {
        var keys = (await _redis.SendAsync("KEYS", "*")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (keys.Length == 0)
            return Leftover.Nothing;

        var ttl = long.Parse(await _redis.SendAsync("TTL", Assert.Single(keys)), CultureInfo.InvariantCulture);
        if (ttl > 0 && ttl <= lifetime.TotalSeconds)
            return Leftover.UntilTheTokenExpires;
        Assert.InRange(ttl, (long)TimeSpan.FromDays(365).TotalSeconds, long.MaxValue);
        return Leftover.ForYears;
    }

    public override Task KillStoreAsync() => _redis.Process.KillAsync();

    public override Task StartStoreAgainAsync() => _redis.StartAgainAsync();

    public override async Task MakeStoreAnswerErrorsAsync()
    {
        // A replica whose master is gone and that may not serve stale data: it answers MASTERDOWN to every read.
        Assert.Equal("OK", await _redis.SendAsync("CONFIG", "SET", "replica-serve-stale-data", "no"));
        Assert.Equal("OK", await _redis.SendAsync("REPLICAOF", "127.0.0.1", $"{Loopback.FreePort()}"));
    }
}
