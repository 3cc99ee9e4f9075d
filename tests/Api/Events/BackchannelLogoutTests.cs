using System.Net;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.Events;

/// <summary>OpenID Connect Back-Channel Logout 1.0.</summary>
public sealed class BackchannelLogoutTests(EventHost shared) : EventTest(shared)
{
    [Fact]
    public async Task SubAlone_EverythingUpToTheEventRevoked()
    {
        var (token, inSession) = (Token(), Token("s1"));
        await AssertAccepted(token);
        await AssertDone(await TellLogoutAsync(Logout()), HttpStatusCode.OK);
        await AssertRevoked(token);
        await AssertRevoked(inSession);
        Assert.Equal(Provider.Url, (string?)JsonNode.Parse(await InspectAsync())!["cutoff"]!["by"]);
    }

    [Fact]
    public async Task SubAndSid_ThatSessionRevoked()
    {
        var (first, second) = (Token("s1"), Token("s2"));
        await AssertDone(await TellLogoutAsync(Logout(claims => claims["sid"] = "s1")), HttpStatusCode.OK);
        await AssertRevoked(first);
        await AssertRevoked(Token("s1", age: 0));
        await AssertAccepted(second);
        await AssertAccepted(Token());
    }

    [Fact]
    public async Task SidAlone_400ThatSaysSo()
    {
        var description = await AssertInvalid(Logout(claims =>
        {
            claims["sid"] = "s1";
            claims.Remove("sub");
        }));
        Assert.Contains("sid alone", description, StringComparison.Ordinal);
    }

    // Seen red with the cutoff and the session's retention counted from the time of the request.
    [Theory]
    [InlineData(null)]
    [InlineData("s1")]
    public async Task Replay_ChangesNothing(string? sid)
    {
        var logout = Logout(claims =>
        {
            claims["iat"] = Api.Mint.Now - 30;
            if (sid is not null)
                claims["sid"] = sid;
        });
        await AssertDone(await TellLogoutAsync(logout), HttpStatusCode.OK);
        var before = await InspectAsync();
        var since = Token(age: 10);
        Api.Clock.Advance(TimeSpan.FromSeconds(20));
        await AssertDone(await TellLogoutAsync(logout), HttpStatusCode.OK);
        Assert.Equal(before, await InspectAsync());
        await AssertAccepted(since);
    }

    // As two nodes may be told at once, or a provider that tries again while the first attempt hangs.
    [Fact]
    public async Task SameEventManyTimesAtOnce_OneRevocation()
    {
        var (logout, token) = (Logout(), Token());
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => TellLogoutAsync(logout)));
        foreach (var answer in answers)
            await AssertDone(answer, HttpStatusCode.OK);
        await AssertRevoked(token);
        var iat = (long)JsonNode.Parse(Convert.FromBase64String(Pad(logout.Split('.')[1])))!["iat"]!;
        Assert.Equal(iat + 1, (long)JsonNode.Parse(await InspectAsync())!["cutoff"]!["instant"]!);
    }

    [Theory]
    [InlineData("logout+jwt")]
    [InlineData("application/logout+jwt")]
    [InlineData("LOGOUT+JWT")]
    [InlineData("JWT")]
    [InlineData(null)]
    public async Task Type_Accepted(string? typ)
    {
        var token = Token();
        await AssertDone(
            await TellLogoutAsync(Sign(Header(typ), LogoutClaims(claims => claims.Remove("exp")))), HttpStatusCode.OK);
        await AssertRevoked(token);
    }

    // A key vouches for its own issuer's users: the same sub of another issuer is another user.
    [Fact]
    public async Task SharedKeyIssuer_ItsOwnUsersOnly()
    {
        var foreign = Token();
        var claims = LogoutClaims(claims => claims["iss"] = TokenMint.Issuer);
        await AssertDone(
            await TellLogoutAsync(Api.Mint.Hs256(claims, Api.Mint.Secret, new JsonObject { ["alg"] = "HS256" })), HttpStatusCode.OK);
        await AssertAccepted(foreign);
        Assert.Contains("cutoff", await InspectAsync(TokenMint.Issuer), StringComparison.Ordinal);
    }

    // Seen red with each of these checks left out in turn: nonce, jti, both ends of iat, exp, the event's member, typ, aud, crit, names
    // twice. Text that is not well-formed, and a signature of the wrong kind, are refused by two checks, one behind the other.
    public static TheoryData<string> Flaws =>
    [
        "no iat", "iat is text", "future iat", "old iat", "past exp", "exp is text", "no jti", "jti is number", "nonce", "null nonce",
        "no events", "events array", "other event", "event is text", "event is null", "no aud", "other aud", "bearer aud", "no iss",
        "other iss", "iss is number", "no sub", "empty sub", "sub is number", "sid is number", "typ at+jwt", "typ secevent+jwt", "crit",
        "alg none", "unsigned", "hmac with the public key", "other key", "key of another issuer", "changed", "duplicate sub",
        "duplicate deep inside", "lone surrogate", "not UTF-8", "not JSON", "array", "trailing", "five parts", "padded", "an access token",
    ];

    [Theory]
    [MemberData(nameof(Flaws))]
    public async Task Flaw_400AndNothingRevoked(string flaw)
    {
        await AssertInvalid(EventFlaws.Apply(flaw, LogoutClaims(), Header("logout+jwt"), this.Provider, Api.Mint));
        await AssertNothingRevoked();
    }

    [Fact]
    public async Task BadBody_400AndNothingRevoked()
    {
        var logout = Logout();
        HttpContent[] bodies =
        [
            Body("", "application/x-www-form-urlencoded"), Body("logout_token=", "application/x-www-form-urlencoded"),
            Body($"logout_token={logout}&logout_token={logout}", "application/x-www-form-urlencoded"),
            Body($"logout_token={logout}", "text/plain"), Body($"logout_token={logout}", null), Body(logout, "application/logout+jwt"),
            Body($$"""{"logout_token":"{{logout}}"}""", "application/json"),
            Body($"logout_token={logout}&x={new string('x', 1 << 20)}", "application/x-www-form-urlencoded"),
            Body($"logout_token={new string('x', 1 << 20)}", "application/x-www-form-urlencoded"),
            Body([.. "logout_token="u8, 0xFF, 0xFE], "application/x-www-form-urlencoded"),
        ];
        foreach (var body in bodies)
            await AssertRefused(await TellLogoutAsync(body), "error", "invalid_request", "error_description");
        await AssertNothingRevoked();
    }

    [Fact]
    public async Task StorageAway_503AndTheRepeatSucceeds()
    {
        var (logout, token) = (Logout(), Token());
        Api.Storage.IsDown = true;
        try
        {
            var answer = await TellLogoutAsync(logout);
            answer.AssertUnknown();
            Assert.True(answer.Headers.CacheControl?.NoStore);
        }
        finally
        {
            Api.Storage.IsDown = false;
        }

        await AssertDone(await TellLogoutAsync(logout), HttpStatusCode.OK);
        await AssertRevoked(token);
    }

    // Seen red with the events claim not looked at.
    [Fact]
    public async Task LogoutTokenAsBearer_Refused() =>
        (await Api.GetAsync("/me", Logout(claims => claims["aud"] = new JsonArray(EventHost.Audience, TokenMint.Audience), "JWT")))
        .AssertRefused("invalid");

    private static string Pad(string part) =>
        part.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (part.Length % 4)) % 4);

    private async Task<string> AssertInvalid(string logout) =>
        await AssertRefused(await TellLogoutAsync(logout), "error", "invalid_request", "error_description");
}
