using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Api.Tests;

/// <summary>Development with nothing configured: the service's own issuer.</summary>
public sealed class DevelopmentTests(DevelopmentTests.DevelopmentHost development) : IClassFixture<DevelopmentTests.DevelopmentHost>
{
    private ApiHost Api => development.Host;

    [Fact]
    public async Task Token_OfTheDevIssuer_IsAcceptedAndLoggedOut()
    {
        var answer = await MintAsync("""{"sub":"alice","sid":"s","scope":"a b","lifetime_seconds":60}""");
        Assert.Equal("Bearer", (string?)answer["token_type"]);
        Assert.Equal(60, (int)answer["expires_in"]!);
        var token = (string)answer["access_token"]!;
        var me = JsonNode.Parse(await (await Api.GetAsync("/me", token)).Content.ReadAsStringAsync())!;
        Assert.Equal(("alice", "s", "curfew-dev"), ((string?)me["sub"], (string?)me["sid"], (string?)me["iss"]));
        Assert.Equal(60, (long)me["exp"]! - (long)me["iat"]!);
        (await Api.PostAsync("/logout", token)).AssertAccepted();
        (await Api.GetAsync("/me", token)).AssertRefused("revoked");
        Api.Log.TakeClean();
    }

    [Fact]
    public async Task Token_OfAnotherAudience_IsInvalid()
    {
        var answer = await MintAsync("""{"sub":"bob","audience":"elsewhere"}""");
        (await Api.GetAsync("/me", (string)answer["access_token"]!)).AssertRefused("invalid");
        Api.Log.TakeClean();
    }

    [Fact]
    public async Task Token_WithAdminScope_Administers()
    {
        var answer = await MintAsync("""{"sub":"root","scope":"curfew:admin"}""");
        (await Api.PostAsync("/revocations", (string)answer["access_token"]!, """{"iss":"i","sub":"u","everything":true}""")).AssertAccepted();
        Api.Log.TakeClean();
    }

    [Theory]
    [InlineData("{}", "sub")]
    [InlineData("""{"sub":""}""", "sub")]
    [InlineData("""{"sub":7}""", "sub")]
    [InlineData("""{"sub":"\ud800"}""", "sub")]
    [InlineData("""{"sub":"a","sid":""}""", "sid")]
    [InlineData("""{"sub":"a","scope":["x"]}""", "scope")]
    [InlineData("""{"sub":"a","audience":7}""", "audience")]
    [InlineData("""{"sub":"a","lifetime_seconds":0}""", "lifetime_seconds")]
    [InlineData("""{"sub":"a","lifetime_seconds":86401}""", "lifetime_seconds")]
    [InlineData("""{"sub":"a","lifetime_seconds":"60"}""", "lifetime_seconds")]
    [InlineData("""{"sub":"a","lifetime_seconds":1.5}""", "lifetime_seconds")]
    public async Task Token_BadRequest_NamesTheMember(string json, string names) =>
        await ApiTest.AssertProblem(await Api.PostAsync("/dev/token", null, json), HttpStatusCode.BadRequest, names);

    // A proxy on this machine comes from loopback, too. Seen red with each of the three kinds of names not looked for.
    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("x-forwarded-proto", "https")]
    [InlineData("X-Original-For", "203.0.113.7:5000")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    public async Task Token_ForARequestThatAProxyPassedOn_IsRefused(string name, string value)
    {
        using var request = Minting();
        request.Headers.Add(name, value);
        await ApiTest.AssertProblem(await Api.Client.SendAsync(request), HttpStatusCode.Forbidden, name);
    }

    // Whoever owns a name may point it at 127.0.0.1: a page of theirs would read the token. Seen red without the look at Host.
    [Theory]
    [InlineData("attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("192.0.2.1", HttpStatusCode.Forbidden)]
    [InlineData("localhost:5080", HttpStatusCode.OK)]
    [InlineData("shop.localhost", HttpStatusCode.OK)]
    [InlineData("[::1]:5080", HttpStatusCode.OK)]
    public async Task Token_ForAnotherHost_IsRefused(string host, HttpStatusCode answered)
    {
        using var request = Minting();
        request.Headers.Host = host;
        Assert.Equal(answered, (await Api.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task OpenApi_DescribesEveryEndpointOfTheContract()
    {
        var document = JsonNode.Parse(await (await Api.GetAsync("/openapi/v1.json")).Content.ReadAsStringAsync())!;
        var paths = document["paths"]!.AsObject();
        foreach (var path in new[] { "/me", "/logout", "/logout/everywhere", "/revocations", "/dev/token" })
            Assert.Contains(path, paths.Select(pair => pair.Key));
        Assert.NotNull(paths["/me"]!["get"]!["security"]);
        Assert.Null(paths["/dev/token"]!["post"]!["security"]);
    }

    [Fact]
    public async Task Key_OfTheDevIssuer_OutlivesTheProcessAndIsForItsOwnerAlone()
    {
        using var data = new TemporaryDirectory();
        string token;
        await using (var first = await DevelopmentHost.StartAsync(data.Path))
            token = (string)(await MintAsync("""{"sub":"carol"}""", first))["access_token"]!;
        await using (var second = await DevelopmentHost.StartAsync(data.Path))
            (await second.GetAsync("/me", token)).AssertAccepted();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data["dev-issuer.key"]));
    }

    private static HttpRequestMessage Minting() => new(HttpMethod.Post, "/dev/token")
    {
        Content = new StringContent("""{"sub":"mallory"}""", Encoding.UTF8, "application/json"),
    };

    private async Task<JsonObject> MintAsync(string json, ApiHost? api = null)
    {
        var answer = await (api ?? Api).PostAsync("/dev/token", null, json);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    public sealed class DevelopmentHost : IAsyncLifetime
    {
        public ApiHost Host { get; private set; } = null!;

        public static Task<ApiHost> StartAsync(string? data) => ApiHost.StartAsync("Development", WithoutIssuers, data);

        public async Task InitializeAsync() => Host = await StartAsync(null);

        public async Task DisposeAsync() => await Host.DisposeAsync();

        private static void WithoutIssuers(Dictionary<string, string?> settings)
        {
            foreach (var key in settings.Keys.Where(IsOfIssuers).ToList())
                settings.Remove(key);
        }

        private static bool IsOfIssuers(string key) =>
            key.StartsWith("Authentication:", StringComparison.Ordinal) || key.StartsWith("Curfew:Admin", StringComparison.Ordinal);
    }
}
