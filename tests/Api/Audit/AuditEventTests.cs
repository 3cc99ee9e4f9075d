using System.Net;
using System.Text.Json.Nodes;
using Curfew.Api.Audit;
using Curfew.Api.Tests.Hosting;
using Curfew.Api.Tests.OAuth;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.Audit;

/// <summary>
/// Every way to revoke something leaves one event that says who, whom, what, why, from where and when. (An import is a process of
/// its own: tests/System.) Seen red with each of: no issuer of who asked, no remote address, a path that skips the trail.
/// </summary>
public sealed class AuditEventTests(AuditedHost audited) : IClassFixture<AuditedHost>
{
    private readonly string _user = "user-" + Guid.NewGuid().ToString("N");

    private ApiHost Api => audited.Host;

    public static TheoryData<string> Ways =>
    [
        "logout token", "logout session", "logout others", "logout everywhere", "logout/everywhere",
        "operator token", "operator session", "operator everything", "operator before", "operator client", "operator issuer",
        "oauth", "back-channel session", "back-channel user", "set",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task EveryRevocation_IsOneEvent(string way)
    {
        const string one = TokenMint.Issuer;
        var token = Api.Mint.Token(_user, claims => (claims["sid"], claims["client_id"]) = ("s1", OAuthHost.App.Id));
        var id = "jti:" + (string?)Claims(token)["jti"];
        var (answer, expected) = way switch
        {
            "logout token" => (await LogOutAsync("token"), Own("token", ("token", id))),
            "logout session" => (await LogOutAsync(null), Own("session", ("sid", "s1"))),
            "logout others" => (await LogOutAsync("others"), Own("others", ("kept_token", id), ("kept_sid", "s1"))),
            "logout everywhere" => (await LogOutAsync("everywhere"), Own("everything")),
            "logout/everywhere" => (await Api.PostAsync("/logout/everywhere", token), Own("everything", ("via", "POST /logout/everywhere"))),
            "operator token" => (await RevokeAsync("""
                "sub":"USER","token":{"jti":"j1"}
                """), Operators("token", ("sub", _user), ("token", "jti:j1"))),
            "operator session" => (await RevokeAsync("""
                "sub":"USER","session":{"sid":"s2"}
                """), Operators("session", ("sub", _user), ("sid", "s2"))),
            "operator everything" => (await RevokeAsync("""
                "sub":"USER","everything":true
                """), Operators("everything", ("sub", _user))),
            "operator before" => (await RevokeAsync("""
                "sub":"USER","everything":true,"before":1000000000
                """), Operators("everything", ("sub", _user), ("not_before", 1000000001))),
            "operator client" => (await RevokeAsync("""
                "client_id":"USER","everything":true
                """), Operators("client", ("client_id", _user))),
            "operator issuer" => (await RevokeAsync("""
                "confirm":"issuer","everything":true
                """, "https://unknown.test/"), Operators("issuer", ("iss", "https://unknown.test/"))),
            "oauth" => (await audited.RevokeByOAuthAsync(token), Expect("token", one, "POST /oauth/revoke", Name(OAuthHost.App.Id), ("sub", _user), ("token", id))),
            "back-channel session" => (await audited.TellLogoutAsync(_user, "s3"), Provider("session", "POST /events/backchannel-logout", ("sid", "s3"), ("reason", "back-channel logout"))),
            "back-channel user" => (await audited.TellLogoutAsync(_user, null), Provider("everything", "POST /events/backchannel-logout", ("reason", "back-channel logout"))),
            _ => (await audited.PushAsync(_user), Provider("everything", "POST /events/sets", ("reason", "phished"))),
        };
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());

        var text = Assert.Single(audited.Events(), made => made.ToJsonString().Contains(_user, StringComparison.Ordinal) || way == "operator issuer" && (string?)made["kind"] == "issuer");
        foreach (var (name, value) in expected)
            Assert.True(JsonNode.DeepEquals(value, text[name]), $"{name} is {text[name]?.ToJsonString()}, not {value?.ToJsonString()}");
        if ((string?)text["kind"] is "others" or "everything" or "client" or "issuer")
            Assert.True((long)text["not_before"]! > 0);
        var cutoffs = (string?)text["kind"] is "others" or "everything" or "client" or "issuer" ? 1 : 0;
        Assert.Equal(
            expected.Select(member => member.Key).Union(["seq", "at", "event", "previous", "mac"]).Union(cutoffs == 1 ? ["not_before"] : []).Order(),
            text.Select(member => member.Key).Order());
        var at = DateTimeOffset.Parse((string)text["at"]!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(at, Api.Clock.GetUtcNow() - TimeSpan.FromMinutes(5), Api.Clock.GetUtcNow());
        await AssertWholeAsync(token);

        Task<HttpResponseMessage> LogOutAsync(string? scope) =>
            Api.PostAsync("/logout", token, scope is null ? null : $$"""{"scope":"{{scope}}"}""");

        // Who logs out is the user; who administrates is another issuer's name apart.
        Dictionary<string, JsonNode?> Own(string kind, params (string, JsonNode?)[] more) =>
            Expect(kind, one, "POST /logout", new JsonObject { ["iss"] = one, ["sub"] = _user }, [("sub", _user), .. more]);

        Dictionary<string, JsonNode?> Operators(string kind, params (string, JsonNode?)[] more) =>
            Expect(kind, one, "POST /revocations", new JsonObject { ["iss"] = one, ["sub"] = "root" }, [("reason", "stolen phone"), .. more]);

        Dictionary<string, JsonNode?> Provider(string kind, string via, params (string, JsonNode?)[] more) =>
            Expect(kind, audited.Provider.Url, via, Name(audited.Provider.Url), [("sub", _user), .. more]);
    }

    [Fact]
    public async Task FromWhere_IsWhatTheForwardedHeadersSettingsSay()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logout");
        request.Headers.Authorization = new("Bearer", Api.Mint.Token(_user));
        request.Headers.Add("X-Forwarded-For", "198.51.100.9, 203.0.113.7");
        Assert.Equal(HttpStatusCode.OK, (await Api.Client.SendAsync(request)).StatusCode);

        // The last one is the proxy's own word; what a client claims before it is not.
        Assert.Equal("203.0.113.7", (string?)Assert.Single(audited.Events(), made => (string?)made["sub"] == _user)["from"]);
    }

    // Line feeds, quotes and other scripts: one line of ASCII, and the value as it was.
    [Fact]
    public async Task WhateverIsInAReason_IsOneLine()
    {
        const string reason = "line\nfeed \u2028 \"quoted\" 🦊 </script> \u0000";
        var admin = Api.Mint.Token("root", claims => claims["scope"] = "curfew:admin");
        var body = new JsonObject { ["iss"] = TokenMint.Issuer, ["sub"] = _user, ["everything"] = true, ["reason"] = reason };
        Assert.Equal(HttpStatusCode.OK, (await Api.PostAsync("/revocations", admin, body.ToJsonString())).StatusCode);

        Assert.Equal(reason, (string?)Assert.Single(audited.Events(), made => (string?)made["sub"] == _user)["reason"]);
        Assert.All(audited.ReadLines(), line => Assert.True(line.All(char.IsAscii)));
        await AssertWholeAsync(admin);
    }

    [Fact]
    public async Task WhatIsRefused_IsNoEvent()
    {
        var token = Api.Mint.Token(_user);
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.PostAsync("/logout", token, """{"scope":"session"}""")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await RevokeAsync("\"sub\":\"USER\",\"everything\":true", scope: "curfew:read")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await RevokeAsync("\"sub\":\"USER\"")).StatusCode);

        Assert.DoesNotContain(audited.Events(), made => (string?)made["sub"] == _user);
    }

    private async Task AssertWholeAsync(string token)
    {
        var verifier = new AuditVerifier(audited.Key);
        await using var file = File.OpenRead(audited.File);
        await verifier.ReadAsync("audit.jsonl", file);
        Assert.Empty(verifier.End().Findings);
        Assert.DoesNotContain(token.Split('.')[1], string.Concat(audited.ReadLines()), StringComparison.Ordinal);
        Api.Log.TakeClean();
    }

    private async Task<HttpResponseMessage> RevokeAsync(string what, string issuer = TokenMint.Issuer, string scope = "curfew:admin")
    {
        var admin = Api.Mint.Token("root", claims => claims["scope"] = scope);
        return await Api.PostAsync(
            "/revocations", admin, $$"""{"iss":"{{issuer}}",{{what.Trim().Replace("USER", _user, StringComparison.Ordinal)}},"reason":"stolen phone"}""");
    }

    private static JsonObject Name(string name) => new() { ["name"] = name };

    private static JsonObject Claims(string token) =>
        JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    private static Dictionary<string, JsonNode?> Expect(string kind, string issuer, string via, JsonNode by, params (string Name, JsonNode? Value)[] more)
    {
        var expected = new Dictionary<string, JsonNode?>
        {
            ["kind"] = kind,
            ["outcome"] = "done",
            ["iss"] = issuer,
            ["via"] = via,
            ["by"] = by,
            ["from"] = "127.0.0.1",
        };
        foreach (var (name, value) in more)
            expected[name] = value;
        return expected;
    }
}
