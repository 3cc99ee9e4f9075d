using Curfew.Proxies.Tests.Running;

namespace Curfew.Proxies.Tests;

/// <summary>What Envoy asks, whose question ends with the client's own path, written byte by byte to the real service.</summary>
[Collection(ProxyStack.Name)]
public sealed class VerifyPathTests(ProxyStack stack)
{
    // Red without UseVerifyPrefix: 200, from a page that is open to anyone.
    [ProxyTheory]
    [InlineData("/verify/../health/live")]
    [InlineData("/verify/%2e%2e/health/live")]
    [InlineData("/verify/.%2E/health/live")]
    [InlineData("/verify/a/../../health/live")]
    [InlineData("/VERIFY/../health/live")]
    [InlineData("/verify/../openapi/v1.json")]
    [InlineData("/verify/..")]
    public async Task Dot_segments_lead_to_no_other_page(string path) =>
        Assert.Equal(400, (await AskAsync(path, null)).Status);

    [ProxyTheory]
    [InlineData("/verify")]
    [InlineData("/verify/")]
    [InlineData("/verify/orders/7?verbose=1")]
    [InlineData("/verify//orders")]
    [InlineData("/verify/a/../b")]
    [InlineData("/verify/a%2fb/%C3%A4;v=1")]
    [InlineData("/verify/health/live")]
    public async Task Any_path_below_is_the_same_question(string path)
    {
        Assert.Equal(401, (await AskAsync(path, null)).Status);

        var answer = await AskAsync(path, await stack.Curfew.TokenAsync("alice"));

        Assert.Equal(200, answer.Status);
        Assert.Equal("alice", Assert.Single(answer.Header("X-Auth-Subject")));
    }

    private Task<RawAnswer> AskAsync(string path, string? token) => RawAnswer.ToAsync(
        stack.Curfew.Port,
        [
            $"GET {path} HTTP/1.1", "Host: curfew.test", "Connection: close",
            .. token is null ? Array.Empty<string>() : [$"Authorization: Bearer {token}"],
        ]);
}
