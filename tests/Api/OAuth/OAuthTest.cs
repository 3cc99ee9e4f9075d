using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.OAuth;

/// <summary>A host that knows some clients.</summary>
public sealed class OAuthHost : IAsyncLifetime
{
    public static readonly Credentials App = new("app", "the app's secret of much more than thirty-two bytes");
    public static readonly Credentials Other = new("other", "the other app's secret, long and random enough for a test");
    public static readonly Credentials Gateway = new("gateway", "a gateway's secret, long and random enough for this test");
    public static readonly Credentials Odd = new("odd client:1 é", "p+ä%:&= a secret of characters that need encoding %41");

    public ApiHost Host { get; private set; } = null!;

    public static void Configure(Dictionary<string, string?> settings)
    {
        foreach (var (client, i) in new[] { App, Other, Gateway, Odd }.Select((client, i) => (client, i)))
        {
            settings[$"Curfew:Clients:{i}:ClientId"] = client.Id;
            settings[$"Curfew:Clients:{i}:SecretSha256"] = client.Hash;
            if (client != Gateway)
                settings[$"Curfew:Clients:{i}:Issuer"] = TokenMint.Issuer;
        }

        // Whose hash agrees with that of App's secret in one half only.
        var hash = App.Hash;
        foreach (var (half, i) in new[] { hash[..32] + new string('0', 32), new string('0', 32) + hash[32..] }.Select((half, i) => (half, i)))
        {
            settings[$"Curfew:Clients:{4 + i}:ClientId"] = $"half-{i}";
            settings[$"Curfew:Clients:{4 + i}:SecretSha256"] = half;
            settings[$"Curfew:Clients:{4 + i}:Issuer"] = TokenMint.Issuer;
        }

        settings["Curfew:Clients:1:MayIntrospect"] = "false";
        settings["Curfew:Clients:2:MayRevokeAny"] = "true";
    }

    public async Task InitializeAsync()
    {
        Host = await ApiHost.StartAsync(change: Configure);
        foreach (var client in new[] { App, Other, Gateway, Odd })
            Host.Log.Secrets.Add(client.Secret);
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

public sealed record Credentials(string Id, string Secret)
{
    public string Hash => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));

    /// <summary>Both form-urlencoded, then joined (RFC 6749, 2.3.1).</summary>
    public AuthenticationHeaderValue Basic =>
        RawBasic($"{WebUtility.UrlEncode(Id)}:{WebUtility.UrlEncode(Secret)}");

    public static AuthenticationHeaderValue RawBasic(string text) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
}

[CollectionDefinition(Name)]
public sealed class OAuthHostGroup : ICollectionFixture<OAuthHost>
{
    public const string Name = "a host with clients";
}

/// <summary>A test of an endpoint under <c>/oauth</c>, with users of its own; nothing secret may be in the log that it caused.</summary>
[Collection(OAuthHostGroup.Name)]
public abstract class OAuthTest(OAuthHost shared) : IDisposable
{
    protected ApiHost Api => shared.Host;

    protected string User { get; } = "user-" + Guid.NewGuid().ToString("N");

    public void Dispose()
    {
        Api.Log.TakeClean();
        GC.SuppressFinalize(this);
    }

    /// <summary>A token that was issued to a client.</summary>
    protected string TokenOf(Credentials? client, Action<JsonObject>? change = null) => Api.Mint.Token(User, claims =>
    {
        if (client is not null)
            claims["client_id"] = client.Id;
        change?.Invoke(claims);
    });

    protected Task<HttpResponseMessage> RevokeAsync(Credentials? client, params (string, string)[] form) =>
        PostAsync("/oauth/revoke", client?.Basic, form);

    protected Task<HttpResponseMessage> IntrospectAsync(Credentials? client, params (string, string)[] form) =>
        PostAsync("/oauth/introspect", client?.Basic, form);

    protected Task<HttpResponseMessage> PostAsync(string path, AuthenticationHeaderValue? client, params (string, string)[] form) =>
        PostAsync(path, client, new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))));

    protected async Task<HttpResponseMessage> PostAsync(string path, AuthenticationHeaderValue? client, HttpContent body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.Authorization = client;
        return await Api.Client.SendAsync(request);
    }

    protected async Task AssertAccepted(string token) => (await Api.GetAsync("/me", token)).AssertAccepted();

    protected async Task AssertRevoked(string token) => (await Api.GetAsync("/me", token)).AssertRefused("revoked");

    /// <summary>200, no body, and nobody may keep it.</summary>
    protected static async Task AssertDone(HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    /// <summary>An error as RFC 6749, 5.2 has it, and nothing else in it.</summary>
    protected static async Task AssertError(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var error = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(code, (string?)error["error"]);
        Assert.Equal(["error", "error_description"], error.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.All((string)error["error_description"]!, c => Assert.True(c is >= ' ' and <= '~' and not ('"' or '\\')));
        if (status == HttpStatusCode.Unauthorized)
            Assert.Equal("Basic", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }
}
