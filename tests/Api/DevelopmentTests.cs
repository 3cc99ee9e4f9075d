using System.Net;
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
