using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Curfew.Bench.Harness;

namespace Curfew.Proxies.Tests.Running;

/// <summary>The real service as a process of its own, over a data directory that outlives it.</summary>
public sealed class CurfewNode : IAsyncDisposable
{
    // Nothing listens there: tokens of this issuer can't be known to be good or bad, and the service says 503.
    private static readonly string _silentAuthority = $"http://127.0.0.1:{Loopback.FreePort()}/";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("curfew-proxies-");
    private readonly HttpClient _client;
    private ChildProcess? _process;

    public CurfewNode()
    {
        Port = Loopback.FreePort();
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
    }

    public int Port { get; }

    public async Task StartAsync()
    {
        var folder = Path.Combine(Repository.Root, "src", "Api");
        _process = ChildProcess.Start(
            "dotnet",
            [Repository.Built("src/Api", "Curfew.Api"), "--contentRoot", folder, "--urls", $"http://127.0.0.1:{Port}"],
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Curfew__DataDirectory"] = _data.FullName,
                ["Authentication__Schemes__Bearer__Authority"] = _silentAuthority,
                ["Authentication__Schemes__Bearer__RequireHttpsMetadata"] = "false",
                ["Authentication__Schemes__Bearer__ValidAudiences__0"] = "curfew",
            });
        await Loopback.ListeningAsync(Port, _process);
        (await _client.GetAsync(new Uri("/health/ready", UriKind.Relative))).EnsureSuccessStatusCode();
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async Task<string> TokenAsync(string sub, string? scope = null)
    {
        using var answer = await _client.PostAsJsonAsync("/dev/token", new { sub, scope });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public async Task LogOutAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logout");
        request.Headers.Authorization = new("Bearer", token);
        (await _client.SendAsync(request)).EnsureSuccessStatusCode();
    }

    /// <summary>Signed with the service's own key: nothing but its times is wrong.</summary>
    public string ExpiredToken()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return Sign("curfew-dev", now - 600, now - 300);
    }

    /// <summary>Of an issuer whose keys can't be fetched.</summary>
    public string UnknowableToken()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return Sign(_silentAuthority, now, now + 300);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private string Sign(string issuer, long issuedAt, long expires)
    {
        var key = File.ReadAllBytes(Path.Combine(_data.FullName, "dev-issuer.key"));
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT" };
        var claims = new JsonObject
        {
            ["iss"] = issuer,
            ["sub"] = "alice",
            ["aud"] = "curfew",
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = issuedAt,
            ["exp"] = expires,
        };
        var signed = Part(header) + "." + Part(claims);
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
