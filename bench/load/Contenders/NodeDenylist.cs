using Curfew.Bench.Harness;
using Curfew.Bench.Load.Workload;

namespace Curfew.Bench.Load.Contenders;

/// <summary>Denylist (c) of <c>bench/peers</c>: as written (the secret is a string), or tuned (a KeyObject).</summary>
internal sealed class NodeDenylist(string name, string script) : Contender
{
    public override string Name => name;

    public override TokenMix Tokens => new("HS256");

    public override async Task<RunningContender> StartAsync(IssuedTokens tokens, int port)
    {
        await NodeModules.InstallAsync();
        var redis = await RedisServer.StartAsync();
        var process = ChildProcess.Start(
            "node",
            [script],
            new Dictionary<string, string>
            {
                ["NODE_ENV"] = "production",
                ["PORT"] = $"{port}",
                ["REDIS_URL"] = $"redis://127.0.0.1:{redis.Port}",
                ["JWT_SECRET"] = tokens.Keys.Secret,
            },
            NodeModules.Folder);
        await Loopback.ListeningAsync(port, process);
        return new RunningContender(port, [process, redis.Process], process, redis);
    }
}
