using Curfew.Proxies.Tests.Running;

namespace Curfew.Proxies.Tests;

/// <summary>The app believes the identity headers, so nobody but Curfew may write them or take them off.</summary>
public abstract partial class ForwardAuthTests
{
    // Red without the removal (request_header) in the Caddyfile, without proxy_set_header and with underscores_in_headers on
    // in nginx.conf.
    [ProxyTheory]
    [InlineData("X-Auth-Subject: admin")]
    [InlineData("x-auth-subject: admin")]
    [InlineData("X-AUTH-SUBJECT: admin")]
    [InlineData("X_Auth_Subject: admin")]
    [InlineData("x_auth_subject: admin")]
    [InlineData("X-Auth_Subject: admin")]
    [InlineData("X_AUTH-SUBJECT: admin")]
    [InlineData("X-Auth-Subject: admin|X-Auth-Subject: root")]
    [InlineData("X-Auth-Subject:|x-auth-subject: admin|X_Auth_Subject: admin")]
    [InlineData("X-Auth-Subject: mallory\t, admin")]
    public async Task A_client_cant_say_who_it_is(string headers)
    {
        var token = await Curfew.TokenAsync("mallory");
        await SendAsync("GET", "/forged", token, headers.Split('|'));

        // A proxy may refuse what it can't read (a name that ends in a space); it must not pass it on.
        if (App.Find("/forged") is { } reached)
            Assert.Equal(["mallory"], reached.Values("X-Auth-Subject"));
    }

    // The token has no scope: there is nothing to overwrite the forged one with.
    [ProxyTheory]
    [InlineData("X-Auth-Scope")]
    [InlineData("x_auth_scope")]
    public async Task A_client_cant_add_what_its_token_lacks(string name)
    {
        var token = await Curfew.TokenAsync("mallory");

        Assert.Equal(200, (await SendAsync("GET", "/scope", token, [$"{name}: curfew:admin"])).Status);

        Assert.DoesNotContain(App.Find("/scope")!.Values("X-Auth-Scope"), value => value.Length > 0);
    }

    // Connection names headers that a proxy drops (RFC 9110, 7.6.1): with the identity gone, an app may see an anonymous
    // user, or the proxy itself. Red without "request_header @strips" in the Caddyfile.
    [ProxyFact]
    public async Task A_client_cant_take_its_identity_off()
    {
        var token = await Curfew.TokenAsync("mallory");

        await SendAsync("GET", "/stripped", token, ["Connection: close, X-Auth-Subject, x-auth-scope"]);

        if (App.Find("/stripped") is { } reached)
            Assert.Equal(["mallory"], reached.Values("X-Auth-Subject"));
    }
}
