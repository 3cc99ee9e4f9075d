using System.Net;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Curfew.Api.Tests.Hosting;

/// <summary>The one host that most tests share, in Production.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    public ApiHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class SharedHostGroup : ICollectionFixture<SharedHost>
{
    public const string Name = "one host";
}

/// <summary>A test on the shared host, with users of its own; no token or secret may be in the log that it caused.</summary>
[Collection(SharedHostGroup.Name)]
public abstract class ApiTest(SharedHost shared) : IDisposable
{
    protected ApiHost Api => shared.Host;

    protected TokenMint Mint => Api.Mint;

    /// <summary>A user that no other test knows.</summary>
    protected string User { get; } = "user-" + Guid.NewGuid().ToString("N");

    public void Dispose()
    {
        Api.Log.TakeClean();
        GC.SuppressFinalize(this);
    }

    protected string Token(Action<JsonObject>? change = null) => Mint.Token(User, change);

    protected string TokenOfOther(Action<JsonObject>? change = null, string? user = null)
    {
        var claims = Mint.Claims(user ?? User, TokenMint.OtherIssuer);
        change?.Invoke(claims);
        return Mint.Hs256(claims, Mint.OtherSecret);
    }

    protected string Admin() => Mint.Token("root", claims => claims["scope"] = "curfew:admin");

    protected string Reader() => Mint.Token("watcher", claims => claims["scope"] = "profile curfew:read");

    protected static void InSession(JsonObject claims, string sid) => claims["sid"] = sid;

    protected async Task AssertAccepted(string token) => (await Api.GetAsync("/me", token)).AssertAccepted();

    protected async Task AssertRevoked(string token) => (await Api.GetAsync("/me", token)).AssertRefused("revoked");

    /// <summary>Logs out and gives the answer's JSON.</summary>
    protected async Task<JsonObject> LogOut(string token, string? json = null, string path = "/logout") =>
        await JsonOf(await Api.PostAsync(path, token, json));

    protected async Task<JsonObject> Revoke(string json) => await JsonOf(await Api.PostAsync("/revocations", Admin(), json));

    protected async Task<JsonObject> Inspect(string query) => await JsonOf(await Api.GetAsync("/revocations" + query, Reader()));

    protected static async Task<JsonObject> JsonOf(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>A problem (RFC 9457) of that status, whose detail names the field.</summary>
    internal static async Task AssertProblem(HttpResponseMessage answer, HttpStatusCode status, string names)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!.AsObject();
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.Contains(names, (string?)problem["detail"] ?? "", StringComparison.Ordinal);
    }
}
