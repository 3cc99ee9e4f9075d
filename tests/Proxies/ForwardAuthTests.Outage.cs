using System.Net;
using System.Net.Sockets;
using Curfew.Proxies.Tests.Running;

namespace Curfew.Proxies.Tests;

/// <summary>No answer is no permission.</summary>
public abstract partial class ForwardAuthTests
{
    // Red in nginx without error_page: it answers 500.
    [ProxyFact]
    public async Task Curfews_own_503_reaches_the_client()
    {
        var answer = await GetAsync("/unknown", Curfew.UnknowableToken());
        Assert.Equal(503, answer.Status);
        Assert.Equal("1", Assert.Single(answer.Header("Retry-After")));
        Assert.False(App.WasReached);
    }

    // Red with the app behind @curfew_unavailable in nginx.conf, and with handle_errors in the Caddyfile that goes on to the app.
    [ProxyFact]
    public async Task A_killed_Curfew_lets_nobody_in_and_nothing_is_forgotten()
    {
        var live = await Curfew.TokenAsync("grace");
        var revoked = await Curfew.TokenAsync("grace");
        await Curfew.LogOutAsync(revoked);
        Assert.Equal(200, (await GetAsync("/up", live)).Status);

        await Curfew.KillAsync();
        try
        {
            App.Forget();
            Assert.Equal(StatusWhenGone, (await GetAsync("/down", live)).Status);
            Assert.Equal(StatusWhenGone, (await GetAsync("/down", revoked)).Status);
            Assert.Equal(StatusWhenGone, (await GetAsync("/down", null)).Status);
            Assert.False(App.WasReached);
        }
        finally
        {
            await Curfew.StartAsync();
        }

        Assert.Equal(200, (await GetAsync("/back", live)).Status);
        Assert.Equal(401, (await GetAsync("/back-revoked", revoked)).Status);
    }

    // Takes as long as the files' time-outs: without them it would be a minute in nginx, and for ever in Caddy. Red as the one before.
    [ProxyFact]
    public async Task A_Curfew_that_says_nothing_lets_nobody_in()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var proxy = await StartProxyAsync(((IPEndPoint)silent.LocalEndpoint).Port, App.Port);
        var token = await Curfew.TokenAsync("heidi");

        var answer = await RawAnswer.ToAsync(
            proxy.Port, ["GET /silent HTTP/1.1", "Host: app.test", "Connection: close", $"Authorization: Bearer {token}"]);

        Assert.InRange(answer.Status, 502, 504);
        Assert.False(App.WasReached);
    }
}
