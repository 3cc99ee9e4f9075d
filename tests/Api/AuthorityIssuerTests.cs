using System.Net;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Api.Tests.OAuth;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>
/// An authority whose <c>iss</c> isn't the text under which it is configured, and Okta's name for the client. Seen red with the
/// issuers compared by their text alone, and with the tokens of any issuer taken for the authority's.
/// </summary>
public sealed class AuthorityIssuerTests : IAsyncLifetime
{
    private const string Bearer = "Authentication:Schemes:Bearer";

    private IdentityProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await IdentityProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Theory]
    [InlineData("/", null)]
    [InlineData("", null)]
    [InlineData("/", "")]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    public async Task Authority_AdministersUnderEitherSpelling(string authoritySlash, string? adminSlash)
    {
        await using var api = await ApiHost.StartAsync(change: settings =>
        {
            var only = adminSlash is null;
            foreach (var key in settings.Keys.Where(key => key.StartsWith("Curfew:Admin", StringComparison.Ordinal)
                || (only && (key.StartsWith($"{Bearer}:ValidIssuers", StringComparison.Ordinal) || key.StartsWith($"{Bearer}:SigningKeys", StringComparison.Ordinal)))).ToList())
            {
                settings.Remove(key);
            }

            settings[$"{Bearer}:Authority"] = _provider.Url + authoritySlash;
            settings[$"{Bearer}:RequireHttpsMetadata"] = "false";
            if (!only)
                settings["Curfew:Admin:Issuers:0"] = _provider.Url + adminSlash;
        });
        var path = $"/revocations?iss={_provider.Url}&sub=u";
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(path, Signed(api, claims => claims["scope"] = "curfew:read"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.GetAsync(path, Signed(api, _ => { }))).StatusCode);
        if (adminSlash is not null)
        {
            var other = api.Mint.Token("mallory", claims => claims["scope"] = "curfew:read");
            Assert.Equal(HttpStatusCode.Forbidden, (await api.GetAsync(path, other)).StatusCode);
        }
    }

    [Fact]
    public async Task OktasToken_IsItsClientsToRevoke()
    {
        await using var api = await ApiHost.StartAsync(change: settings =>
        {
            OAuthHost.Configure(settings);
            settings["Curfew:ClientClaim"] = "cid";
            settings["Curfew:Clients:0:Issuer"] = _provider.Url + "/";
            settings[$"{Bearer}:Authority"] = _provider.Url;
            settings[$"{Bearer}:RequireHttpsMetadata"] = "false";
        });
        var token = Signed(api, claims => claims["cid"] = OAuthHost.App.Id);
        var another = Signed(api, claims => claims["cid"] = OAuthHost.Other.Id);
        Assert.Equal(OAuthHost.App.Id, (string?)await IntrospectedAsync(api, token, "client_id"));

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, "/oauth/revoke", token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(api, "/oauth/revoke", another)).StatusCode);
        (await api.GetAsync("/me", token)).AssertRefused("revoked");
        (await api.GetAsync("/me", another)).AssertAccepted();

        // A cutoff of the client covers it, too.
        var admin = api.Mint.Token("root", claims => claims["scope"] = "curfew:admin");
        (await api.PostAsync("/revocations", admin,
            $$"""{"iss":"{{_provider.Url}}","client_id":"{{OAuthHost.Other.Id}}","everything":true}""")).AssertAccepted();
        (await api.GetAsync("/me", another)).AssertRefused("revoked");
    }

    private string Signed(ApiHost api, Action<JsonObject> change)
    {
        var claims = api.Mint.Claims("operator", _provider.Url);
        change(claims);
        return api.Mint.Sign(
            new JsonObject { ["alg"] = "RS256", ["kid"] = _provider.Kid, ["typ"] = "at+jwt" }, claims,
            _provider.SignData);
    }

    private static async Task<JsonNode?> IntrospectedAsync(ApiHost api, string token, string member) =>
        JsonNode.Parse(await (await PostAsync(api, "/oauth/introspect", token)).Content.ReadAsStringAsync())![member];

    private static async Task<HttpResponseMessage> PostAsync(ApiHost api, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new("token", token)]) };
        request.Headers.Authorization = OAuthHost.App.Basic;
        return await api.Client.SendAsync(request);
    }
}
