using System.Security.Cryptography;
using Curfew.Proxies.Tests.Running;

namespace Curfew.Proxies.Tests;

/// <summary>
/// What holds behind any proxy; the file of deploy/proxies runs on the real one, before the real service. Red, at
/// least one case of each test that refuses, without auth_request in nginx.conf and without forward_auth in the Caddyfile; two tokens
/// in Caddy alone, for nginx itself refuses them.
/// </summary>
[Collection(ProxyStack.Name)]
public abstract partial class ForwardAuthTests(ProxyStack stack) : IAsyncLifetime
{
    private RunningProxy _proxy = null!;

    protected CurfewNode Curfew => stack.Curfew;

    protected EchoApp App => stack.App;

    protected int Port => _proxy.Port;

    /// <summary>What a client hears when nobody listens where Curfew should be.</summary>
    protected abstract int StatusWhenGone { get; }

    protected abstract Task<RunningProxy> StartProxyAsync(int curfew, int app);

    public async Task InitializeAsync()
    {
        if (ProxyFactAttribute.Missing() is not null)
            return;
        App.Forget();
        _proxy = await StartProxyAsync(Curfew.Port, App.Port);
    }

    public async Task DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }

    // Red without copy_headers / proxy_set_header.
    [ProxyFact]
    public async Task A_live_token_reaches_the_app_with_its_identity()
    {
        var token = await Curfew.TokenAsync("älice", "read write");

        Assert.Equal(200, (await GetAsync("/orders", token)).Status);

        var reached = App.Find("/orders")!;
        Assert.Equal(["%C3%A4lice"], reached.Values("X-Auth-Subject"));
        Assert.Equal(["curfew-dev"], reached.Values("X-Auth-Issuer"));
        Assert.StartsWith("jti:", Assert.Single(reached.Values("X-Auth-Token-Id")), StringComparison.Ordinal);
        Assert.Equal(["read write"], reached.Values("X-Auth-Scope"));
    }

    // Red in nginx with "proxy_cache" and "proxy_cache_valid 200" in /_curfew.
    [ProxyFact]
    public async Task A_logout_holds_from_the_very_next_request()
    {
        var token = await Curfew.TokenAsync("bob");
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await GetAsync("/before", token)).Status);

        await Curfew.LogOutAsync(token);

        var refused = await GetAsync("/after", token);
        Assert.Equal(401, refused.Status);
        AssertChallenge(refused, "revoked");
        Assert.False(App.Find("/after") is not null, "A revoked token reached the app.");
    }

    [ProxyFact]
    public async Task An_expired_token_is_refused()
    {
        var refused = await GetAsync("/expired", Curfew.ExpiredToken());
        Assert.Equal(401, refused.Status);
        AssertChallenge(refused, "expired");
        Assert.False(App.WasReached);
    }

    [ProxyFact]
    public async Task No_token_is_401_that_says_what_to_send()
    {
        var refused = await GetAsync("/none", null);
        Assert.Equal(401, refused.Status);
        Assert.Equal("Bearer", Assert.Single(refused.Header("WWW-Authenticate")));
        Assert.False(App.WasReached);
    }

    [ProxyFact]
    public async Task Two_tokens_are_never_let_through()
    {
        var mine = await Curfew.TokenAsync("carol");
        var answer = await SendAsync("GET", "/two", mine, [$"Authorization: Bearer {mine}"]);
        Assert.InRange(answer.Status, 400, 499);
        Assert.False(App.WasReached);
    }

    [ProxyTheory]
    [MemberData(nameof(Methods))]
    public async Task Any_method_is_asked_about_and_reaches_the_app_as_it_is(string method)
    {
        var token = await Curfew.TokenAsync("dave");

        Assert.Equal(401, (await SendAsync(method, "/method", null)).Status);
        Assert.False(App.WasReached);

        Assert.Equal(200, (await SendAsync(method, "/method", token)).Status);
        Assert.Equal(method, App.Find("/method")!.Method);
    }

    public static TheoryData<string> Methods => ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];

    // Larger than any buffer that a proxy would keep in memory.
    [ProxyTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_reaches_the_app_intact(bool chunked)
    {
        var token = await Curfew.TokenAsync("erin");
        var body = RandomNumberGenerator.GetBytes(900_000);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload") { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await client.SendAsync(request);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), App.Find("/upload")!.BodySha256);
    }

    // An app in Curfew's place says what it was asked.
    [ProxyFact]
    public async Task Curfew_is_asked_without_the_body()
    {
        await using var curfew = new EchoApp();
        await curfew.StartAsync();
        await using var proxy = await StartProxyAsync(curfew.Port, App.Port);

        var answer = await RawAnswer.ToAsync(
            proxy.Port,
            ["POST /upload HTTP/1.1", "Host: app.test", "Connection: close", "Authorization: Bearer x", "Content-Length: 5"],
            "hello"u8.ToArray());

        Assert.Equal(200, answer.Status);
        var asked = curfew.Find("/verify")!;
        Assert.Equal(Convert.ToHexString(SHA256.HashData([])), asked.BodySha256);
        Assert.Equal(["Bearer x"], asked.Values("Authorization"));
        Assert.Equal(Convert.ToHexString(SHA256.HashData("hello"u8)), App.Find("/upload")!.BodySha256);
    }

    [ProxyFact]
    public async Task A_refused_body_doesnt_reach_the_app()
    {
        var answer = await SendAsync("POST", "/upload", null, ["Content-Length: 5"], "hello"u8.ToArray());
        Assert.Equal(401, answer.Status);
        Assert.False(App.WasReached);
    }

    // Curfew's own pages are no permission. Red with "uri /verify{uri}" in the Caddyfile and a service without its own
    // refusal of such paths (VerifyPathTests): /verify/../health/live lets anyone in.
    [ProxyTheory]
    [InlineData("/../health/live")]
    [InlineData("/%2e%2e/health/live")]
    [InlineData("/a/../../health/live")]
    [InlineData("//health/live")]
    [InlineData("/health/live")]
    [InlineData("/_curfew")]
    [InlineData("/verify")]
    [InlineData("/?uri=/health/live")]
    [InlineData("http://127.0.0.1/health/live")]
    public async Task No_path_goes_round_the_question(string path)
    {
        Assert.InRange((await GetAsync(path, null)).Status, 400, 499);
        Assert.False(App.WasReached);
    }

    // Red without keepalive in nginx.conf, and with "Connection: close" in either file.
    [ProxyFact]
    public async Task Connections_to_the_app_are_kept()
    {
        var token = await Curfew.TokenAsync("frank");
        var connections = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            await GetAsync("/kept", token);
            connections.Add(App.Find("/kept")!.ConnectionId);
        }

        Assert.Single(connections);
    }

    protected Task<RawAnswer> GetAsync(string path, string? token) => SendAsync("GET", path, token);

    protected Task<RawAnswer> SendAsync(
        string method, string path, string? token, string[]? headers = null, byte[]? body = null) =>
        RawAnswer.ToAsync(
            Port,
            [
                $"{method} {path} HTTP/1.1",
                "Host: app.test",
                .. headers?.Any(header => header.StartsWith("Connection", StringComparison.Ordinal)) == true
                    ? Array.Empty<string>() : ["Connection: close"],
                .. token is null ? Array.Empty<string>() : [$"Authorization: Bearer {token}"],
                .. headers ?? [],
            ],
            body);

    private static void AssertChallenge(RawAnswer answer, string why)
    {
        var challenge = Assert.Single(answer.Header("WWW-Authenticate"));
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.Contains(why, challenge, StringComparison.Ordinal);
    }
}
