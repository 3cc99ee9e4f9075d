using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Interop.Tests.Hosting;

namespace Curfew.Interop.Tests;

/// <summary>Access tokens of OpenIddict's server, found by discovery, are logged out in the real process.</summary>
public sealed class OpenIddictTests
{
    private static readonly Credentials Web = new("web", "a secret that is long and random enough for a test of this");

    [Fact]
    public async Task Tokens_LoggedOutRevokedAndIntrospected()
    {
        await using var provider = await OpenIddictProvider.StartAsync("first");
        await using var api = await ApiProcess.StartAsync(provider.Url, Web);
        var (first, second, bob) =
            (await provider.TokenAsync("alice", "web"), await provider.TokenAsync("alice", "web"), await provider.TokenAsync("bob", "web"));
        foreach (var token in new[] { first, second, bob })
            await api.AssertAccepted(token);

        using (var logout = new HttpRequestMessage(HttpMethod.Post, "/logout"))
        {
            logout.Headers.Authorization = new AuthenticationHeaderValue("Bearer", first);
            Assert.Equal(HttpStatusCode.OK, (await api.Client.SendAsync(logout)).StatusCode);
        }

        await api.AssertRefused(first, "revoked");
        await api.AssertAccepted(second);
        var active = await IntrospectAsync(api, second);
        Assert.Equal(("alice", "web", "read", "api"),
            ((string?)active["sub"], (string?)active["client_id"], (string?)active["scope"], (string?)active["aud"]));

        // The client that its own tokens name revokes them.
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, "/oauth/revoke", second)).StatusCode);
        await api.AssertRefused(second, "revoked");
        Assert.Equal("""{"active":false}""", (await IntrospectAsync(api, second)).ToJsonString());
        Assert.Equal(
            HttpStatusCode.BadRequest, (await PostAsync(api, "/oauth/revoke", await provider.TokenAsync("bob", "mobile"))).StatusCode);
        await api.AssertAccepted(bob);
    }

    [Theory]
    [InlineData("second")]
    [InlineData("first")]
    public async Task KeyReplaced_NewTokensAcceptedAndLogoutsHold(string kid)
    {
        var provider = await OpenIddictProvider.StartAsync("first");
        try
        {
            await using var api = await ApiProcess.StartAsync(provider.Url, Web);
            var before = await provider.TokenAsync("alice", "web");
            await api.AssertAccepted(before);
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, "/oauth/revoke", before)).StatusCode);

            var port = provider.Port;
            await provider.DisposeAsync();
            provider = await OpenIddictProvider.StartAsync(kid, port);
            var after = await provider.TokenAsync("alice", "web");
            await api.AssertAccepted(after);

            // Its key is no longer published, so that nobody can tell any more that it is revoked rather than forged.
            await api.AssertRefused(before, "invalid");
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, "/oauth/revoke", after)).StatusCode);
            await api.AssertRefused(after, "revoked");
        }
        finally
        {
            await provider.DisposeAsync();
        }
    }

    private static async Task<JsonObject> IntrospectAsync(ApiProcess api, string token)
    {
        var answer = await PostAsync(api, "/oauth/introspect", token);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    private static async Task<HttpResponseMessage> PostAsync(ApiProcess api, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new("token", token)]) };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(Web.Id)}:{WebUtility.UrlEncode(Web.Secret)}")));
        return await api.Client.SendAsync(request);
    }
}
