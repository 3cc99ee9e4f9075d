using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Curfew.Interop.Tests.Hosting;

namespace Curfew.Interop.Tests;

/// <summary>Tokens and events that jose made, with keys of every kind in one key set.</summary>
public sealed class JoseTests
{
    private static JsonObject Alice => new() { ["sub"] = "alice", ["aud"] = "api" };

    // Ed25519 is in no .NET library that we build on: its tokens are refused, and its key disturbs no other.
    [NodeFact]
    public async Task EveryAlgorithm_VerifiedAndLoggedOut()
    {
        await using var provider = await JoseProvider.StartAsync();
        await using var api = await ApiProcess.StartAsync(provider.Url);
        foreach (var alg in new[] { "RS256", "RS512", "PS256", "ES256", "ES384" })
        {
            var (token, other) = (await provider.MintAsync(alg, "at+jwt", Alice), await provider.MintAsync(alg, "JWT", Alice));
            await api.AssertAccepted(token);
            using var logout = new HttpRequestMessage(HttpMethod.Post, "/logout");
            logout.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            Assert.Equal(HttpStatusCode.OK, (await api.Client.SendAsync(logout)).StatusCode);
            await api.AssertRefused(token, "revoked");
            await api.AssertAccepted(other);
        }

        await api.AssertRefused(await provider.MintAsync("EdDSA", "at+jwt", Alice), "invalid");
    }

    [NodeFact]
    public async Task SameKidNewMaterial_NewTokensAcceptedOldOnesNot()
    {
        await using var provider = await JoseProvider.StartAsync();
        await using var api = await ApiProcess.StartAsync(provider.Url);
        var before = await provider.MintAsync("ES256", "at+jwt", Alice);
        await api.AssertAccepted(before);
        await provider.ReplaceAsync("ES256");
        var after = await provider.MintAsync("ES256", "at+jwt", Alice);
        await api.AssertAccepted(after);
        await api.AssertRefused(before, "invalid");
    }

    [NodeTheory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task BackchannelLogout_SessionThenEverything(string alg)
    {
        await using var provider = await JoseProvider.StartAsync();
        await using var api = await ApiProcess.StartAsync(provider.Url);
        var issued = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 5;
        var inSession = await provider.MintAsync(alg, "at+jwt", Claims("s1", issued));
        var another = await provider.MintAsync(alg, "at+jwt", Claims("s2", issued));
        await AssertAnswer(HttpStatusCode.OK, await LogoutAsync(api, await provider.MintAsync(alg, "logout+jwt", Event("s1"), 120)));
        await api.AssertRefused(inSession, "revoked");
        await api.AssertAccepted(another);
        await AssertAnswer(HttpStatusCode.OK, await LogoutAsync(api, await provider.MintAsync(alg, "logout+jwt", Event(null), 120)));
        await api.AssertRefused(another, "revoked");
        await AssertAnswer(HttpStatusCode.BadRequest, await LogoutAsync(api, await provider.MintAsync("EdDSA", "logout+jwt", Event(null), 120)));
        await AssertAnswer(HttpStatusCode.BadRequest, await LogoutAsync(api, inSession));
    }

    [NodeFact]
    public async Task SessionRevokedSet_RS256Alone()
    {
        await using var provider = await JoseProvider.StartAsync();
        await using var api = await ApiProcess.StartAsync(provider.Url);
        var token = await provider.MintAsync("ES256", "at+jwt", Alice);
        JsonObject Claims() => new()
        {
            ["aud"] = ApiProcess.EventAudience,
            ["sub_id"] = new JsonObject { ["format"] = "iss_sub", ["iss"] = provider.Url, ["sub"] = "alice" },
            ["events"] = new JsonObject
            {
                ["https://schemas.openid.net/secevent/caep/event-type/session-revoked"] =
                    new JsonObject { ["initiating_entity"] = "policy", ["reason_admin"] = new JsonObject { ["en"] = "Policy" } },
            },
        };
        await AssertAnswer(HttpStatusCode.BadRequest, await PushAsync(api, await provider.MintAsync("PS256", "secevent+jwt", Claims(), null)));
        await api.AssertAccepted(token);
        await AssertAnswer(HttpStatusCode.Accepted, await PushAsync(api, await provider.MintAsync("RS256", "secevent+jwt", Claims(), null)));
        await api.AssertRefused(token, "revoked");
    }

    private static JsonObject Claims(string sid, long iat) => new()
    {
        ["sub"] = "alice",
        ["aud"] = "api",
        ["sid"] = sid,
        ["iat"] = iat,
    };

    private static JsonObject Event(string? sid)
    {
        var claims = new JsonObject
        {
            ["sub"] = "alice",
            ["aud"] = new JsonArray("somebody", ApiProcess.EventAudience),
            ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
        };
        if (sid is not null)
            claims["sid"] = sid;
        return claims;
    }

    private static Task<HttpResponseMessage> LogoutAsync(ApiProcess api, string token) =>
        api.Client.PostAsync("/events/backchannel-logout", new FormUrlEncodedContent([new("logout_token", token)]));

    private static Task<HttpResponseMessage> PushAsync(ApiProcess api, string set) =>
        api.Client.PostAsync("/events/sets", new StringContent(set, new MediaTypeHeaderValue("application/secevent+jwt")));

    private static async Task AssertAnswer(HttpStatusCode expected, HttpResponseMessage answer) =>
        Assert.True(expected == answer.StatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
}
