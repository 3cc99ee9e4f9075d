using System.Net;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Grains;
using Curfew.Sqlite.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;

namespace Curfew.Api.Tests.OAuth;

/// <summary>RFC 7662.</summary>
public sealed class IntrospectTests(OAuthHost shared) : OAuthTest(shared)
{
    [Fact]
    public async Task ActiveToken_Described()
    {
        var now = Api.Mint.Now;
        var token = TokenOf(OAuthHost.Other, claims =>
        {
            (claims["jti"], claims["iat"], claims["exp"], claims["sid"]) = ("j" + User, now, now + 60, "s1");
            (claims["scope"], claims["preferred_username"], claims["email"]) = ("read write", "Alice", "alice@one.test");
        });
        var answer = await IntrospectAsync(OAuthHost.App, ("token", token), ("token_type_hint", "refresh_token"));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        AssertJson(
            $$"""
            {"active":true,"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","aud":"api","exp":{{now + 60}},"iat":{{now}},"jti":"j{{User}}",
             "client_id":"other","scope":"read write","username":"Alice","sid":"s1","token_type":"Bearer"}
            """,
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task LeastToken_Described()
    {
        var now = Api.Mint.Now;
        var token = TokenOf(null, claims =>
        {
            (claims["iat"], claims["exp"], claims["aud"], claims["azp"], claims["scp"]) =
                (now, now + 60, new JsonArray("api", "https://two.test"), "app", new JsonArray("read", "write"));
            claims.Remove("jti");
        });
        var answer = await IntrospectAsync(OAuthHost.App, ("token", token));
        AssertJson(
            $$"""
            {"active":true,"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","aud":["api","https://two.test"],"exp":{{now + 60}},"iat":{{now}},
             "client_id":"app","scope":"read write","token_type":"Bearer"}
            """,
            await answer.Content.ReadAsStringAsync());
    }

    // Seen red with the check left out.
    [Fact]
    public async Task TokenThatNoRequestIsLetInWith_InactiveAndNothingElse()
    {
        var revoked = TokenOf(OAuthHost.App);
        (await Api.PostAsync("/logout", revoked)).AssertAccepted();
        string[] tokens =
        [
            revoked, "opaque", TokenOf(null)[..^1], "a.b.c.d.e", new string('x', 20_000),
            TokenOf(null, claims => (claims["iat"], claims["exp"]) = (Api.Mint.Now - 600, Api.Mint.Now - 60)),
            TokenOf(null, claims => claims["aud"] = "another"), TokenOf(null, claims => claims["iss"] = TokenMint.OtherIssuer),
            TokenOf(null, claims => claims["exp"] = Api.Mint.Now + (48 * 3600)),
            TokenOf(null, claims => claims["cnf"] = new JsonObject { ["jkt"] = "x" }),
            TokenOf(null, claims => claims["nbf"] = Api.Mint.Now + 60),
        ];
        foreach (var token in tokens)
        {
            var answer = await IntrospectAsync(OAuthHost.App, ("token", token));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("""{"active":false}""", await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task ClientThatMayNot_401() => await AssertError(
        await IntrospectAsync(OAuthHost.Other, ("token", TokenOf(OAuthHost.Other))), HttpStatusCode.Unauthorized, "unauthorized_client");

    // Seen red with an unknown verdict taken for valid, as FailOpen has it for the bearer's requests.
    [Fact]
    public async Task StateUnknowable_503EvenWhereRequestsFailOpen()
    {
        using var directory = new TemporaryDirectory();
        var settings = ApiHost.Settings(Api.Mint, directory.Path);
        OAuthHost.Configure(settings);
        BreakableStorage? storage = null;
        await using var factory = new ApiFactory("Production", settings, services =>
        {
            // As in a cluster: this process can't answer by itself.
            services.RemoveAll<ILocalVerdicts>();
            services.AddSingleton<TimeProvider>(Api.Clock);
            services.Configure<CurfewBearerOptions>("Bearer", options => options.FailOpen = true);
            var real = services.Last(service =>
                service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, GrainHostingExtensions.StorageName));
            services.Remove(real);
            services.AddKeyedSingleton<IGrainStorage>(GrainHostingExtensions.StorageName, (provider, key) =>
                storage = new BreakableStorage((IGrainStorage)real.KeyedImplementationFactory!(provider, key)));
        });
        using var client = factory.CreateClient();
        var token = TokenOf(OAuthHost.App);
        _ = factory.Services.GetRequiredKeyedService<IGrainStorage>(GrainHostingExtensions.StorageName);
        storage!.IsDown = true;

        using var request = new HttpRequestMessage(HttpMethod.Get, "/me");
        request.Headers.Authorization = new("Bearer", token);
        (await client.SendAsync(request)).AssertAccepted();
        using var question = new HttpRequestMessage(HttpMethod.Post, "/oauth/introspect")
        {
            Content = new FormUrlEncodedContent([new("token", token)]),
        };
        question.Headers.Authorization = OAuthHost.App.Basic;
        var answer = await client.SendAsync(question);
        await AssertError(answer, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
