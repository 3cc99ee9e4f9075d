using System.Net;
using System.Net.Sockets;
using System.Text;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>Forward authentication. Seen red with dot segments followed out of the prefix.</summary>
public sealed class VerifyTests(SharedHost shared) : ApiTest(shared)
{
    [Theory]
    [InlineData("GET", "/verify")]
    [InlineData("HEAD", "/verify/")]
    [InlineData("POST", "/verify/orders/7?x=1")]
    [InlineData("PUT", "/verify/a/b/c")]
    [InlineData("DELETE", "/verify/%2F%25/e")]
    [InlineData("PATCH", "/verify/verify")]
    [InlineData("OPTIONS", "/verify/x")]
    [InlineData("PROPFIND", "/verify/x")]
    public async Task Verify_AnyMethodAndPath_IdentityInHeadersAndNoBody(string method, string path)
    {
        var token = Token(claims => (claims["jti"], claims["scope"]) = ("j", "a b"));
        var answer = await Api.SendAsync(new HttpMethod(method), path, token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(User, Header(answer, "X-Auth-Subject"));
        Assert.Equal(TokenMint.Issuer, Header(answer, "X-Auth-Issuer"));
        Assert.Equal("jti:j", Header(answer, "X-Auth-Token-Id"));
        Assert.Equal("a b", Header(answer, "X-Auth-Scope"));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());

        await LogOut(token);
        answer = await Api.SendAsync(new HttpMethod(method), path, token);
        answer.AssertRefused("revoked");
        Assert.False(answer.Headers.Contains("X-Auth-Subject"));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        answer = await Api.SendAsync(new HttpMethod(method), path, null);
        answer.AssertAsksForToken();
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Verify_RequestBody_IsIgnored()
    {
        foreach (var body in new[] { "{", new string('x', 1 << 20) })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Post, "/verify", Token(), content)).StatusCode);
        }
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("50%", "50%25")]
    [InlineData("%41", "%2541")]
    [InlineData("Zoë", "Zo%C3%AB")]
    [InlineData("🎷", "%F0%9F%8E%B7")]
    [InlineData(" alice", "%20alice")]
    [InlineData("alice ", "alice%20")]
    [InlineData(" ", "%20")]
    [InlineData("a\r\nX-Auth-Subject: root", "a%0D%0AX-Auth-Subject: root")]
    [InlineData("\t\u0000\u007f\u0085", "%09%00%7F%C2%85")]
    public async Task Verify_Subject_IsEncodedSoThatNoTwoLookTheSame(string subject, string expected)
    {
        var answer = await Api.GetAsync("/verify", Mint.Token(subject, claims => claims["scope"] = subject));
        Assert.Equal(expected, Header(answer, "X-Auth-Subject"));
        Assert.Equal(expected, Header(answer, "X-Auth-Scope"));
        Assert.Equal(subject, Uri.UnescapeDataString(Header(answer, "X-Auth-Subject")));
    }

    /// <summary>
    /// A proxy that puts the client's path behind the prefix (Envoy) would be answered by whatever the dot segments lead to:
    /// 200 from /health/live for anybody.
    /// </summary>
    [Theory]
    [InlineData("/verify/../health/live")]
    [InlineData("/verify/secret/../../health/live")]
    [InlineData("/verify/secret/%2e%2e/%2E./health/live")]
    [InlineData("/verify/..")]
    [InlineData("/verify/../openapi/v1.json")]
    [InlineData("/verify/./../sign-in?x")]
    [InlineData("/VERIFY/../health/live")]
    public async Task Verify_PathThatLeavesThePrefix_IsNeverAnsweredByWhatIsThere(string target)
    {
        Assert.StartsWith("HTTP/1.1 40", await RawAsync(target, null), StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 200", await RawAsync(target, Token()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/verify/a/../b")]
    [InlineData("/verify/%2e")]
    public async Task Verify_DotSegmentsWithinThePrefix_AreOfNoInterest(string target)
    {
        Assert.StartsWith("HTTP/1.1 200", await RawAsync(target, Token()), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", await RawAsync(target, null), StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    // By hand, for HttpClient takes dot segments out itself.
    private async Task<string> RawAsync(string target, string? token)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Api.Client.BaseAddress!.Host, Api.Client.BaseAddress.Port);
        var authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {target} HTTP/1.1\r\nHost: localhost\r\n{authorization}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }
}
