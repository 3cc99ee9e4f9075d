using Curfew.Bench.Harness;
using Curfew.Bench.Load.Workload;
using Curfew.Grains;

namespace Curfew.Bench.Load.Contenders;

/// <summary>AddJwtBearer().AddCurfew() as a client of one silo over a real Redis.</summary>
internal sealed class CurfewCluster(string suffix, Consistency consistency) : StockJwtBearer("RS256")
{
    public override string Name => "curfew-cluster-rs256" + suffix;

    public override async Task<RunningContender> StartAsync(IssuedTokens tokens, int port)
    {
        var redis = await RedisServer.StartAsync();
        await redis.SendAsync("CONFIG", "SET", "appendonly", "yes");
        await redis.SendAsync("CONFIG", "SET", "appendfsync", "always");
        string[] settings = [$"Curfew:Cluster:Redis=127.0.0.1:{redis.Port}", "Curfew:Cluster:Address=127.0.0.1"];

        var builder = Host.CreateApplicationBuilder([.. settings.Select(setting => "--" + setting)]);
        builder.Logging.ClearProviders();
        await builder.InitializeCurfewStoreAsync();

        var silo = CurfewSilo.Start(settings);
        var api = await StartProcessAsync(tokens, port, settings, redis);
        return new RunningContender(port, [.. api.Processes, silo], [.. api.Owned, silo]);
    }

    protected override void AddServices(WebApplicationBuilder builder, IssuerKeys keys)
    {
        base.AddServices(builder, keys);
        builder.Services.AddAuthentication().AddCurfew();
        builder.AddCurfewCluster(consistency: consistency);
    }
}
