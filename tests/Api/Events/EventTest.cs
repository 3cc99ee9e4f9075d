using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.Events;

/// <summary>A host that trusts a real provider's published keys beside two issuers with shared ones, and takes events.</summary>
public sealed class EventHost : IAsyncLifetime
{
    public const string Audience = "curfew-at-the-provider";

    public const string LogoutMember = "http://schemas.openid.net/event/backchannel-logout";

    public const string RevokedMember = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    public ApiHost Host { get; private set; } = null!;

    public IdentityProvider Provider { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Provider = await IdentityProvider.StartAsync();
        Host = await ApiHost.StartAsync(change: settings =>
        {
            settings["Authentication:Schemes:Bearer:Authority"] = Provider.Url;
            settings["Authentication:Schemes:Bearer:RequireHttpsMetadata"] = "false";
            settings["Curfew:Events:Audiences:0"] = "another-name";
            settings["Curfew:Events:Audiences:1"] = Audience;
        });
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class EventHostGroup : ICollectionFixture<EventHost>
{
    public const string Name = "a host that takes events";
}

/// <summary>A test of an endpoint under <c>/events</c>, with users of its own; no token may be in the log that it caused.</summary>
[Collection(EventHostGroup.Name)]
public abstract class EventTest(EventHost shared) : IDisposable
{
    protected const string RevokedMember = EventHost.RevokedMember;

    protected ApiHost Api => shared.Host;

    protected IdentityProvider Provider => shared.Provider;

    protected string User { get; } = "user-" + Guid.NewGuid().ToString("N");

    public void Dispose()
    {
        Api.Log.TakeClean();
        GC.SuppressFinalize(this);
    }

    /// <summary>An access token of the provider, issued two seconds ago: before any event of now.</summary>
    protected string Token(string? sid = null, long age = 2) => Sign(Header("at+jwt"), Change(
        Api.Mint.Claims(User, Provider.Url), claims =>
        {
            claims["iat"] = Api.Mint.Now - age;
            if (sid is not null)
                claims["sid"] = sid;
        }));

    protected string Logout(Action<JsonObject>? change = null, string typ = "logout+jwt") =>
        Sign(Header(typ), LogoutClaims(change));

    protected JsonObject LogoutClaims(Action<JsonObject>? change = null) => Change(
        new JsonObject
        {
            ["iss"] = Provider.Url,
            ["sub"] = User,
            ["aud"] = EventHost.Audience,
            ["iat"] = Api.Mint.Now,
            ["exp"] = Api.Mint.Now + 120,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["events"] = new JsonObject { [EventHost.LogoutMember] = new JsonObject() },
        },
        change);

    protected string Set(Action<JsonObject>? change = null, string typ = "secevent+jwt") => Sign(Header(typ), SetClaims(change));

    protected JsonObject SetClaims(Action<JsonObject>? change = null) => Change(
        new JsonObject
        {
            ["iss"] = Provider.Url,
            ["aud"] = EventHost.Audience,
            ["iat"] = Api.Mint.Now,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["sub_id"] = new JsonObject { ["format"] = "iss_sub", ["iss"] = Provider.Url, ["sub"] = User },
            ["events"] = new JsonObject { [RevokedMember] = new JsonObject() },
        },
        change);

    protected JsonObject Header(string? typ, string alg = "RS256")
    {
        var header = new JsonObject { ["alg"] = alg, ["kid"] = Provider.Kid };
        if (typ is not null)
            header["typ"] = typ;
        return header;
    }

    protected string Sign(JsonObject header, JsonObject claims) => Sign(header.ToJsonString(), claims.ToJsonString());

    protected string Sign(string header, string claims) => Api.Mint.Sign(header, claims, Provider.SignData);

    protected Task<HttpResponseMessage> TellLogoutAsync(string token) => TellLogoutAsync(
        new FormUrlEncodedContent([new("logout_token", token)]));

    protected Task<HttpResponseMessage> TellLogoutAsync(HttpContent body) => Api.Client.PostAsync("/events/backchannel-logout", body);

    protected Task<HttpResponseMessage> PushAsync(string set) => PushAsync(Body(set, "application/secevent+jwt"));

    protected Task<HttpResponseMessage> PushAsync(HttpContent body) => Api.Client.PostAsync("/events/sets", body);

    protected static ByteArrayContent Body(string text, string? type) => Body(Encoding.UTF8.GetBytes(text), type);

    protected static ByteArrayContent Body(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    protected async Task AssertAccepted(string token) => (await Api.GetAsync("/me", token)).AssertAccepted();

    protected async Task AssertRevoked(string token) => (await Api.GetAsync("/me", token)).AssertRefused("revoked");

    /// <summary>The user's revocations, as an operator sees them.</summary>
    protected async Task<string> InspectAsync(string? issuer = null)
    {
        var reader = Api.Mint.Token("watcher", claims => claims["scope"] = "curfew:read");
        var answer = await Api.GetAsync($"/revocations?iss={Uri.EscapeDataString(issuer ?? Provider.Url)}&sub={User}", reader);
        return await answer.Content.ReadAsStringAsync();
    }

    protected async Task AssertNothingRevoked()
    {
        var inspected = JsonNode.Parse(await InspectAsync())!;
        Assert.Null(inspected["cutoff"]);
        Assert.Empty(inspected["sessions"]!.AsArray());
        Assert.Empty(inspected["tokens"]!.AsArray());
    }

    protected static async Task AssertDone(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    /// <summary>A 400 with a code and a description under these names, and no more.</summary>
    protected static async Task<string> AssertRefused(HttpResponseMessage answer, string codeName, string code, string descriptionName)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var error = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(code, (string?)error[codeName]);
        Assert.Equal(new[] { codeName, descriptionName }.Order(), error.Select(member => member.Key).Order());
        return (string)error[descriptionName]!;
    }

    private static JsonObject Change(JsonObject claims, Action<JsonObject>? change)
    {
        change?.Invoke(claims);
        return claims;
    }
}
