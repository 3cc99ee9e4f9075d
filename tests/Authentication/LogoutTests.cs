using System.Net;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Authentication.Tests;

public sealed class LogoutTests : IAsyncLifetime
{
    private GuardedApp _app = null!;

    public async Task InitializeAsync() => _app = await GuardedApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_token_works_until_it_is_logged_out_and_not_after()
    {
        var token = _app.Mint.Token();
        var me = await _app.GetAsync("/me", token);
        me.AssertAccepted();
        Assert.Equal("alice", await me.Content.ReadAsStringAsync());

        var answer = await ReadAsync(await _app.LogOutAsync(token));

        Assert.Equal("""{"revoked":"token","iss":"https://one.test/","sub":"alice"}""", answer.ToJsonString());
        (await _app.GetAsync("/me", token)).AssertRefused("revoked");
        (await _app.LogOutAsync(token)).AssertRefused("revoked");
        Assert.Equal("anonymous", await (await _app.GetAsync("/anyone", token)).Content.ReadAsStringAsync());
        (await _app.GetAsync("/me", _app.Mint.Token())).AssertAccepted();
    }

    [Fact]
    public async Task A_session_is_logged_out_by_default_with_what_is_minted_in_it_later()
    {
        var token = _app.Mint.Token(change: c => c["sid"] = "s1");
        Assert.Equal("session", (string?)(await ReadAsync(await _app.LogOutAsync(token, "{}")))["revoked"]);

        _app.Time.Advance(TimeSpan.FromSeconds(30));
        (await _app.GetAsync("/me", _app.Mint.Token(change: c => c["sid"] = "s1"))).AssertRefused("revoked");
        (await _app.GetAsync("/me", _app.Mint.Token(change: c => c["sid"] = "s2"))).AssertAccepted();
    }

    [Theory]
    [InlineData("/logout", """{"scope":"everywhere","unknown":[1]}""")]
    [InlineData("/logout/everywhere", null)]
    public async Task Everywhere_ends_all_tokens_up_to_not_before(string path, string? json)
    {
        var other = _app.Mint.Token();
        var stranger = _app.Mint.Token("bob");

        var answer = await ReadAsync(await _app.LogOutAsync(_app.Mint.Token(), json, path));

        Assert.Equal("everywhere", (string?)answer["revoked"]);
        var notBefore = (long)answer["not_before"]!;
        Assert.Equal(_app.Mint.Now + 2, notBefore);
        (await _app.GetAsync("/me", other)).AssertRefused("revoked");
        (await _app.GetAsync("/me", stranger)).AssertAccepted();
        _app.Time.Advance(TimeSpan.FromSeconds(2));
        (await _app.GetAsync("/me", _app.Mint.Token(change: c => c["iat"] = notBefore - 1))).AssertRefused("revoked");
        (await _app.GetAsync("/me", _app.Mint.Token(change: c => c["iat"] = notBefore))).AssertAccepted();
        (await _app.GetAsync("/me", _app.Mint.Token(change: c =>
        {
            c["iat"] = notBefore;
            c["auth_time"] = notBefore - 5;
        }))).AssertRefused("revoked");
    }

    [Fact]
    public async Task Others_keeps_the_callers_token()
    {
        var mine = _app.Mint.Token();
        var other = _app.Mint.Token();
        (await _app.LogOutAsync(mine, """{"scope":"others"}""")).AssertAccepted();

        (await _app.GetAsync("/me", mine)).AssertAccepted();
        (await _app.GetAsync("/me", other)).AssertRefused("revoked");
    }

    [Theory]
    [InlineData("""{"scope":"session"}""", "sid")]
    [InlineData("""{"scope":7}""", "scope")]
    [InlineData("""{"scope":"all"}""", "scope")]
    [InlineData("""{"scope":"token","scope":"everywhere"}""", "twice")]
    [InlineData("[]", "object")]
    [InlineData("{", "object")]
    [InlineData("\"token\"", "object")]
    public async Task A_body_that_cannot_be_understood_is_a_problem_and_logs_nobody_out(string json, string names)
    {
        var token = _app.Mint.Token();
        var answer = await _app.LogOutAsync(token, json);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(names, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (await _app.GetAsync("/me", token)).AssertAccepted();
    }

    [Fact]
    public async Task Bodies_of_another_kind_or_too_large_are_refused_and_empty_ones_are_not()
    {
        var token = _app.Mint.Token();
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _app.SendAsync(HttpMethod.Post, "/logout", token,
            new FormUrlEncodedContent([new("scope", "everywhere")]))).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await _app.LogOutAsync(token, "{\"x\":\"" + new string('x', 1 << 20) + "\"}")).StatusCode);
        (await _app.GetAsync("/me", token)).AssertAccepted();
        (await _app.LogOutAsync(token, "")).AssertAccepted();
        (await _app.GetAsync("/me", token)).AssertRefused("revoked");
    }

    [Fact]
    public async Task A_logout_that_cannot_be_stored_is_503_and_logs_out_when_repeated()
    {
        var token = _app.Mint.Token();
        (await _app.GetAsync("/me", token)).AssertAccepted();
        _app.Storage.IsDown = true;
        (await _app.LogOutAsync(token)).AssertUnknown();
        _app.Storage.IsDown = false;
        var again = await _app.LogOutAsync(token);
        Assert.True(again.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, again.ToString());
        (await _app.GetAsync("/me", token)).AssertRefused("revoked");
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer)
    {
        answer.AssertAccepted();
        return (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!.AsObject();
    }
}
