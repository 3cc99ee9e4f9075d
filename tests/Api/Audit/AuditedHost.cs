using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Curfew.Api.Audit;
using Curfew.Api.Tests.Events;
using Curfew.Api.Tests.Hosting;
using Curfew.Api.Tests.OAuth;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Api.Tests.Audit;

/// <summary>A service with an audit trail that all callers know: issuers, clients, an identity provider.</summary>
public sealed class AuditedHost : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    public ApiHost Host { get; private set; } = null!;

    public IdentityProvider Provider { get; private set; } = null!;

    public byte[] Key { get; } = RandomNumberGenerator.GetBytes(32);

    public string File => Path.Combine(_directory.Path, "audit.jsonl");

    public async Task InitializeAsync()
    {
        Provider = await IdentityProvider.StartAsync();
        Host = await ApiHost.StartAsync(change: settings =>
        {
            OAuthHost.Configure(settings);
            settings["Authentication:Schemes:Bearer:Authority"] = Provider.Url;
            settings["Authentication:Schemes:Bearer:RequireHttpsMetadata"] = "false";
            settings["Curfew:Events:Audiences:0"] = EventHost.Audience;
            settings["Curfew:Audit:File"] = File;
            settings["Curfew:Audit:Key"] = Convert.ToBase64String(Key);

            // As ASPNETCORE_FORWARDEDHEADERS_ENABLED=true in the environment sets it.
            settings["FORWARDEDHEADERS_ENABLED"] = "true";
        });
        Host.Log.Secrets.Add(Convert.ToBase64String(Key));
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Provider.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>The revocations in the trail, in order.</summary>
    public IReadOnlyList<JsonObject> Events() =>
    [
        .. ReadLines().Select(line => JsonNode.Parse(line)!.AsObject()).Where(line => (string?)line["event"] == AuditEvent.Revocation),
    ];

    public string[] ReadLines() => System.IO.File.ReadAllLines(File);

    public Task<HttpResponseMessage> TellLogoutAsync(string user, string? sid)
    {
        var claims = EventClaims(EventHost.LogoutMember, new JsonObject());
        claims["sub"] = user;
        if (sid is not null)
            claims["sid"] = sid;
        return Host.Client.PostAsync("/events/backchannel-logout", new FormUrlEncodedContent([new("logout_token", Sign("logout+jwt", claims))]));
    }

    public Task<HttpResponseMessage> PushAsync(string user)
    {
        var claims = EventClaims(
            EventHost.RevokedMember,
            new JsonObject { ["reason_admin"] = new JsonObject { ["en"] = "phished" } });
        claims["sub_id"] = new JsonObject { ["format"] = "iss_sub", ["iss"] = Provider.Url, ["sub"] = user };
        var body = new StringContent(Sign("secevent+jwt", claims));
        body.Headers.ContentType = new("application/secevent+jwt");
        return Host.Client.PostAsync("/events/sets", body);
    }

    public async Task<HttpResponseMessage> RevokeByOAuthAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/revoke") { Content = new FormUrlEncodedContent([new("token", token)]) };
        request.Headers.Authorization = OAuthHost.App.Basic;
        return await Host.Client.SendAsync(request);
    }

    private JsonObject EventClaims(string member, JsonObject value) => new()
    {
        ["iss"] = Provider.Url,
        ["aud"] = EventHost.Audience,
        ["iat"] = Host.Mint.Now,
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["events"] = new JsonObject { [member] = value },
    };

    private string Sign(string type, JsonObject claims) => Host.Mint.Sign(
        new JsonObject { ["alg"] = "RS256", ["kid"] = Provider.Kid, ["typ"] = type }, claims, Provider.SignData);
}
