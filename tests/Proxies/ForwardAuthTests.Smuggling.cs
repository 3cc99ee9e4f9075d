using Curfew.Proxies.Tests.Running;

namespace Curfew.Proxies.Tests;

/// <summary>What reaches the app was asked about, each request by itself, and nothing reaches it on another way.</summary>
public abstract partial class ForwardAuthTests
{
    // A request hidden in the body of another, whose token is good: it must not come out behind the proxy, under a name of its own.
    [ProxyTheory]
    [InlineData("Content-Length: 5|Transfer-Encoding: chunked")]
    [InlineData("Content-Length: 5|Transfer-Encoding : chunked")]
    [InlineData("Content-Length: 5|Transfer-Encoding: xchunked")]
    [InlineData("Content-Length: 5|Transfer-Encoding: identity, chunked")]
    [InlineData("Content-Length: 5|Transfer-Encoding:\vchunked")]
    [InlineData("Content-Length: 5|Content-Length: 0")]
    [InlineData("Content-Length: +5")]
    [InlineData("Transfer-Encoding: chunked|Transfer-Encoding: identity")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("X: y\nContent-Length: 5")]
    public async Task A_request_inside_another_reaches_nobody(string headers)
    {
        var token = await Curfew.TokenAsync("mallory");

        await SendAsync(
            "POST", "/outer", token, headers.Split('|'),
            "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: app.test\r\nX-Auth-Subject: admin\r\n\r\n"u8.ToArray());

        Assert.Null(App.Find("/hidden"));
        if (App.Find("/outer") is { } reached)
            Assert.Equal(["mallory"], reached.Values("X-Auth-Subject"));
    }

    // Once an app has switched, the proxy reads no requests any more. Red in Caddy without "request_header @switches".
    [ProxyTheory]
    [InlineData("Connection: close, Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")]
    [InlineData("Connection: close, Upgrade|Upgrade: h2c|HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")]
    [InlineData("Connection: close, Upgrade|Upgrade: h2c|Upgrade: websocket")]
    [InlineData("Connection: close, Upgrade|Upgrade: websocket, H2C")]
    [InlineData("Connection: close, Upgrade|Upgrade: TLS/1.0")]
    public async Task No_request_switches_the_app_to_another_HTTP(string headers)
    {
        var token = await Curfew.TokenAsync("mallory");

        await SendAsync("GET", "/switch", token, headers.Split('|'));

        if (App.Find("/switch") is { } reached)
            Assert.DoesNotContain(reached.Values("Upgrade"), value => !value.Equals("websocket", StringComparison.Ordinal));
    }

    // A trailer comes after the identity was written. An app that reads trailers as headers would believe it.
    [ProxyTheory]
    [InlineData("Trailer: X-Auth-Subject")]
    [InlineData("X: y")]
    public async Task A_trailer_says_nobodys_name(string header)
    {
        var token = await Curfew.TokenAsync("mallory");

        await SendAsync(
            "POST", "/trailer", token, ["Transfer-Encoding: chunked", header],
            "3\r\nabc\r\n0\r\nX-Auth-Subject: admin\r\n\r\n"u8.ToArray());

        if (App.Find("/trailer") is { } reached)
            Assert.Equal(["mallory"], reached.Values("X-Auth-Subject"));
    }

    // Whatever a request says besides, without a token it is refused. Curfew's answer depends on the one header. Red with nginx asking
    // the path that the client's X-Original-URI names, and with a Caddyfile that doesn't ask about WebSockets.
    [ProxyTheory]
    [InlineData("X-Original-URI: /health/live|X-Forwarded-Uri: /health/live|X-Original-URL: /health/live")]
    [InlineData("X-Forwarded-Method: OPTIONS|X-HTTP-Method-Override: OPTIONS")]
    [InlineData("If-None-Match: *|If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT")]
    [InlineData("If-Match: \"x\"|Range: bytes=0-0")]
    [InlineData("Connection: close, Upgrade|Upgrade: websocket|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13")]
    [InlineData("X-Auth-Subject: admin|X-Auth-Issuer: curfew-dev|X-Auth-Token-Id: jti:x|X-Auth-Scope: curfew:admin")]
    [InlineData("Proxy-Authorization: Bearer x|Cookie: curfew-operator=x")]
    [InlineData("X-Forwarded-For: 127.0.0.1|X-Real-IP: 127.0.0.1|Forwarded: for=127.0.0.1")]
    public async Task Without_a_token_no_other_header_lets_in(string headers)
    {
        Assert.Equal(401, (await SendAsync("GET", "/besides", null, headers.Split('|'))).Status);
        Assert.False(App.WasReached);
    }

    // Nor any method or length.
    [ProxyTheory]
    [InlineData("TRACE", 0)]
    [InlineData("CONNECT", 0)]
    [InlineData("get", 0)]
    [InlineData("GET", 9_000)]
    [InlineData("GET", 20_000)]
    public async Task Without_a_good_token_no_method_and_no_length_lets_in(string method, int length)
    {
        var answer = await SendAsync(method, "/odd", length == 0 ? null : new string('x', length));
        Assert.InRange(answer.Status, 400, 499);
        Assert.False(App.WasReached);
    }
}
