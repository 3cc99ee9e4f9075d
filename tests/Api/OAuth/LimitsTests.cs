using System.Net;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Events;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.OAuth;

/// <summary>
/// What the endpoints answer where a revocation can't be had: no room, or no keys. Seen red with a refused revocation answered
/// 200, and with unknown keys taken for a bad signature.
/// </summary>
public sealed class LimitsTests
{
    [Fact]
    public async Task UserHasTooManyRevocations_RefusedAndSubAloneSucceeds()
    {
        await using var api = await ApiHost.StartAsync(change: settings =>
        {
            OAuthHost.Configure(settings);
            settings["Curfew:Limits:MaxFactsPerUser"] = "1";
            settings["Curfew:Events:Audiences:0"] = EventHost.Audience;
        });
        string Token() => api.Mint.Token("alice", claims => (claims["client_id"], claims["sid"], claims["iat"]) =
            (OAuthHost.App.Id, "s1", api.Mint.Now - 2));
        var (first, second) = (Token(), Token());
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, "/oauth/revoke", ("token", first))).StatusCode);

        await AssertError(await PostAsync(api, "/oauth/revoke", ("token", second)), HttpStatusCode.TooManyRequests, "temporarily_unavailable");
        await AssertError(
            await PostAsync(api, "/events/backchannel-logout", ("logout_token", Logout(api, "s1"))), HttpStatusCode.BadRequest, "logout_failed");
        (await api.GetAsync("/me", second)).AssertAccepted();
        Assert.Equal(
            HttpStatusCode.OK, (await PostAsync(api, "/events/backchannel-logout", ("logout_token", Logout(api, null)))).StatusCode);
        (await api.GetAsync("/me", second)).AssertRefused("revoked");
    }

    [Fact]
    public async Task ProviderDown_503UntilItsKeysAreHad()
    {
        await using var provider = await IdentityProvider.StartAsync();
        provider.IsDown = true;
        await using var api = await ApiHost.StartAsync(change: settings =>
        {
            OAuthHost.Configure(settings);
            settings["Authentication:Schemes:Bearer:Authority"] = provider.Url;
            settings["Authentication:Schemes:Bearer:RequireHttpsMetadata"] = "false";
            settings["Curfew:Events:Audiences:0"] = EventHost.Audience;
        });
        var token = provider.Token(api.Mint);
        foreach (var path in new[] { "/oauth/revoke", "/oauth/introspect" })
        {
            var answer = await PostAsync(api, path, ("token", token));
            await AssertError(answer, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        var logout = api.Mint.Sign(new JsonObject { ["alg"] = "RS256" }, LogoutClaims(api, provider.Url, null), _ => [1]);
        (await PostAsync(api, "/events/backchannel-logout", ("logout_token", logout))).AssertUnknown();
        using var set = new StringContent(logout, new System.Net.Http.Headers.MediaTypeHeaderValue("application/secevent+jwt"));
        (await api.Client.PostAsync("/events/sets", set)).AssertUnknown();

        // Of an issuer whose keys are at hand, nothing has changed.
        var known = api.Mint.Token("alice", claims => claims["client_id"] = OAuthHost.App.Id);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, "/oauth/revoke", ("token", known))).StatusCode);
        (await api.GetAsync("/me", known)).AssertRefused("revoked");
    }

    private static string Logout(ApiHost api, string? sid) =>
        api.Mint.Hs256(LogoutClaims(api, TokenMint.Issuer, sid), api.Mint.Secret, new JsonObject { ["alg"] = "HS256", ["typ"] = "logout+jwt" });

    private static JsonObject LogoutClaims(ApiHost api, string issuer, string? sid)
    {
        var claims = new JsonObject
        {
            ["iss"] = issuer,
            ["sub"] = "alice",
            ["aud"] = EventHost.Audience,
            ["iat"] = api.Mint.Now,
            ["jti"] = "j",
            ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
        };
        if (sid is not null)
            claims["sid"] = sid;
        return claims;
    }

    private static async Task<HttpResponseMessage> PostAsync(ApiHost api, string path, (string Name, string Value) field)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent([new(field.Name, field.Value)]),
        };
        if (path.StartsWith("/oauth/", StringComparison.Ordinal))
            request.Headers.Authorization = OAuthHost.App.Basic;
        return await api.Client.SendAsync(request);
    }

    private static async Task AssertError(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal(code, (string?)JsonNode.Parse(text)!["error"]);
    }
}
