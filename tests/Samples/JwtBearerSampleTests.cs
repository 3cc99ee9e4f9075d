using Curfew.Bench.Harness;
using Curfew.Samples.Tests.Running;

namespace Curfew.Samples.Tests;

/// <summary>samples/JwtBearer as processes: in a cluster with a real Redis and a silo, and alone.</summary>
public sealed class JwtBearerSampleTests
{
    private readonly Issuer _issuer = new();

    // Seen red with copies that don't join the cluster (Curfew:Hosting=embedded): the other one answers 200.
    [RedisFact]
    public async Task In_a_cluster_a_logout_at_one_copy_holds_at_the_other()
    {
        await using var redis = await RedisServer.StartAsync();
        IEnumerable<(string, string)> cluster =
        [
            ("Curfew__Cluster__Redis", $"127.0.0.1:{redis.Port}"),
            ("Curfew__Cluster__Address", "127.0.0.1"),
            ("Curfew__Cluster__SiloPort", $"{Loopback.FreePort()}"),
            ("Curfew__Cluster__GatewayPort", $"{Loopback.FreePort()}"),
        ];
        await InitializeAsync(cluster);
        await using var silo = await RunningProject.StartAsync("src/Silo", "Curfew.Silo", cluster, _issuer.Settings);
        await using var one = await StartAsync(cluster);
        await using var other = await StartAsync(cluster);
        var token = _issuer.Token("alice");
        await one.Client.AssertStatusAsync(200, "/orders", token);
        await other.Client.AssertStatusAsync(200, "/orders", token);

        await one.Client.LogOutAsync(token);

        await other.Client.AssertStatusAsync(401, "/orders", token);
        await one.Client.AssertStatusAsync(401, "/orders", token);
        await other.Client.AssertStatusAsync(200, "/orders", _issuer.Token("alice"));
        await other.Client.AssertStatusAsync(401, "/orders", null);

        await silo.KillAsync();
        await other.Client.AssertStatusAsync(503, "/orders", _issuer.Token("bob"));
    }

    [Fact]
    public async Task Alone_it_keeps_what_was_logged_out()
    {
        await using var app = await StartAsync([("Curfew__Hosting", "embedded")]);
        var token = _issuer.Token("alice");
        await app.Client.AssertStatusAsync(200, "/orders", token);

        await app.Client.LogOutAsync(token);
        await app.Client.AssertStatusAsync(401, "/orders", token);

        await app.KillAsync();
        await app.StartAgainAsync();
        await app.Client.AssertStatusAsync(401, "/orders", token);
        await app.Client.AssertStatusAsync(200, "/orders", _issuer.Token("alice"));
    }

    private Task<RunningProject> StartAsync(IEnumerable<(string, string)> hosting) =>
        RunningProject.StartAsync("samples/JwtBearer", "Sample.JwtBearer", hosting, _issuer.Settings);

    // An empty Redis is never taken for a cluster's store by itself.
    private static async Task InitializeAsync(IEnumerable<(string Name, string Value)> cluster)
    {
        await using var initialize = ChildProcess.Start(
            "dotnet", [Repository.Built("src/Api", "Curfew.Api"), "initialize"],
            cluster.Append(("Curfew__Hosting", "cluster")).ToDictionary());
        await initialize.ExitedAsync(CancellationToken.None);
    }
}
