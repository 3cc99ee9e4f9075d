using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Curfew.Bench.Harness;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Curfew.Peers.Tests;

/// <summary>A Curfew cluster of real processes, as small as it can be: a Redis, a silo, an API node.</summary>
public sealed class CurfewSystem : RunningSystem, IAsyncLifetime
{
    // How much longer than its token a fact is kept, and a second that the issuer's clock may be off: docs/configuration.md.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(2);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("curfew-peers-");
    private RedisServer? _redis;
    private ChildProcess? _silo, _api;
    private int _port;

    public async Task InitializeAsync()
    {
        // What docs/cluster.md asks of a Redis.
        _redis = await RedisServer.StartAsync(
            "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction");
        var settings = new Dictionary<string, string>
        {
            ["Curfew__Hosting"] = "cluster",
            ["Curfew__DataDirectory"] = _data.FullName,
            ["Curfew__Cluster__Redis"] = $"127.0.0.1:{_redis.Port}",
            ["Curfew__Cluster__Address"] = "127.0.0.1",
            ["Curfew__Cluster__SiloPort"] = $"{Loopback.FreePort()}",
            ["Curfew__Cluster__GatewayPort"] = $"{Loopback.FreePort()}",
            ["Curfew__Admin__Issuers__0"] = Issuer.Name,
            ["Authentication__Schemes__Bearer__ValidIssuer"] = Issuer.Name,
            ["Authentication__Schemes__Bearer__ValidAudience"] = Issuer.Audience,
            ["Authentication__Schemes__Bearer__SigningKeys__0__Issuer"] = Issuer.Name,
            ["Authentication__Schemes__Bearer__SigningKeys__0__Value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Issuer.Secret)),
        };
        var api = Repository.Built("src/Api", "Curfew.Api");
        await using (var initialize = ChildProcess.Start("dotnet", [api, "initialize"], settings, _data.FullName))
            await initialize.ExitedAsync(CancellationToken.None);
        var siloPort = Loopback.FreePort();
        _silo = ChildProcess.Start(
            "dotnet", [Repository.Built("src/Silo", "Curfew.Silo"), $"--urls=http://127.0.0.1:{siloPort}"], settings, _data.FullName);
        await Loopback.ListeningAsync(siloPort, _silo);
        _port = Loopback.FreePort();
        _api = ChildProcess.Start("dotnet", [api, $"--urls=http://127.0.0.1:{_port}"], settings, _data.FullName);
        await Loopback.ListeningAsync(_port, _api);
        Client = new Client(_port, _api);
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in new[] { _api, _silo })
        {
            if (process is not null)
                await process.DisposeAsync();
        }

        if (_redis is not null)
            await _redis.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>Mends what the scenario before did to the store, and waits until logouts are acknowledged.</summary>
    public override async Task StartAsync()
    {
        if (_redis!.Process.HasExited)
            await _redis.StartAgainAsync();
        await _redis.SendAsync("REPLICAOF", "NO", "ONE");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var attempt = 0; attempt < 600; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/logout");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Issuer.Token("nobody", Issuer.AnHour));
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            await timer.WaitForNextTickAsync();
        }

        throw new InvalidOperationException($"No logout is acknowledged.\n{_api!.Output}\n{_silo!.Output}");
    }

    public override Task StopAsync() => Task.CompletedTask;

    // What is stored is removed when its facts expire, which tests/System waits for; here, until when it is kept.
    public override async Task<Leftover> LeftInStorageAsync(string token, TimeSpan lifetime)
    {
        var parsed = new JsonWebToken(token);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", Issuer.Token("operator", Issuer.AnHour, "curfew:read"));
        var text = await http.GetStringAsync(
            $"/revocations?iss={Uri.EscapeDataString(parsed.Issuer)}&sub={Uri.EscapeDataString(parsed.Subject)}");
        using var json = JsonDocument.Parse(text);
        if (!json.RootElement.TryGetProperty("tokens", out var tokens) || tokens.ValueKind != JsonValueKind.Array)
            return Leftover.Nothing;
        var kept = tokens.EnumerateArray().SingleOrDefault(each => each.GetProperty("id").GetString() == "jti:" + parsed.Id);
        if (kept.ValueKind == JsonValueKind.Undefined)
            return Leftover.Nothing;
        var left = DateTimeOffset.FromUnixTimeSeconds(kept.GetProperty("expires").GetInt64()) - TimeProvider.System.GetUtcNow();
        return left > TimeSpan.Zero && left <= lifetime + Margin ? Leftover.UntilTheTokenExpires : Leftover.ForYears;
    }

    public override Task KillStoreAsync() => _redis!.Process.KillAsync();

    public override Task StartStoreAgainAsync() => _redis!.StartAgainAsync();

    public override async Task MakeStoreAnswerErrorsAsync()
    {
        Assert.Equal("OK", await _redis!.SendAsync("CONFIG", "SET", "replica-serve-stale-data", "no"));
        Assert.Equal("OK", await _redis.SendAsync("REPLICAOF", "127.0.0.1", $"{Loopback.FreePort()}"));
    }
}
