using System.Net;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>Logging out over HTTP, by every scope. Seen red with "others" taken for "everywhere".</summary>
public sealed class LogoutTests(SharedHost shared) : ApiTest(shared)
{
    [Fact]
    public async Task Me_AcceptedToken_SaysWhatItSays()
    {
        var now = Mint.Now;
        var answer = await JsonOf(await Api.GetAsync("/me", Token(claims => (claims["jti"], claims["sid"]) = ("j-1", "s-1"))));
        Assert.Equal(User, (string?)answer["sub"]);
        Assert.Equal(TokenMint.Issuer, (string?)answer["iss"]);
        Assert.Equal("j-1", (string?)answer["jti"]);
        Assert.Equal("s-1", (string?)answer["sid"]);
        Assert.InRange((long)answer["iat"]!, now, now + 5);
        Assert.Equal((long)answer["iat"]! + 600, (long)answer["exp"]!);
    }

    [Fact]
    public async Task Logout_TokenWithoutSession_RevokesThatTokenAlone()
    {
        var (token, other) = (Token(), Token());
        var answer = await LogOut(token);
        Assert.Equal("token", (string?)answer["revoked"]);
        Assert.Equal(User, (string?)answer["sub"]);
        Assert.Equal(TokenMint.Issuer, (string?)answer["iss"]);
        Assert.Null(answer["not_before"]);
        await AssertRevoked(token);
        await AssertAccepted(other);
    }

    [Fact]
    public async Task Logout_TokenWithSession_RevokesTheSessionAndWhatIsMintedInItLater()
    {
        var token = Token(claims => InSession(claims, "s"));
        var elsewhere = Token(claims => InSession(claims, "t"));
        Assert.Equal("session", (string?)(await LogOut(token))["revoked"]);
        await AssertRevoked(token);
        Api.Clock.Advance(TimeSpan.FromSeconds(5));
        await AssertRevoked(Token(claims => InSession(claims, "s")));
        await AssertAccepted(elsewhere);
    }

    [Fact]
    public async Task Logout_ScopeToken_LeavesTheSession()
    {
        var token = Token(claims => InSession(claims, "s"));
        await LogOut(token, """{"scope":"token"}""");
        await AssertRevoked(token);
        await AssertAccepted(Token(claims => InSession(claims, "s")));
    }

    [Fact]
    public async Task Logout_ScopeSessionWithoutSid_400AndNothingRevoked()
    {
        var token = Token();
        await AssertProblem(await Api.PostAsync("/logout", token, """{"scope":"session"}"""), HttpStatusCode.BadRequest, "sid");
        await AssertAccepted(token);
    }

    [Fact]
    public async Task Logout_Others_KeepsTheCallersTokenAndSession()
    {
        var caller = Token(claims => InSession(claims, "mine"));
        var sibling = Token(claims => InSession(claims, "mine"));
        var (other, loose) = (Token(claims => InSession(claims, "theirs")), Token());
        var answer = await LogOut(caller, """{"scope":"others"}""");
        Assert.Equal("others", (string?)answer["revoked"]);
        Assert.True((long)answer["not_before"]! > Mint.Now - 5);
        await AssertAccepted(caller);
        await AssertAccepted(sibling);
        await AssertRevoked(other);
        await AssertRevoked(loose);
    }

    [Fact]
    public async Task Logout_EverywhereInTheSecondOfOthers_CoversTheKeptToken()
    {
        var caller = Token(claims => InSession(claims, "mine"));
        await LogOut(caller, """{"scope":"others"}""");
        await LogOut(caller, """{"scope":"everywhere"}""");
        await AssertRevoked(caller);
    }

    [Theory]
    [InlineData("/logout", """{"scope":"everywhere"}""")]
    [InlineData("/logout/everywhere", null)]
    public async Task Logout_Everywhere_RevokesAllUntilNotBefore(string path, string? body)
    {
        var (caller, other) = (Token(), Token(claims => InSession(claims, "s")));
        var answer = await LogOut(caller, body, path);
        Assert.Equal("everywhere", (string?)answer["revoked"]);
        await AssertRevoked(caller);
        await AssertRevoked(other);

        var notBefore = (long)answer["not_before"]!;
        Api.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(Mint.Now > notBefore);
        await AssertRevoked(Token(claims => claims["iat"] = notBefore - 1));
        await AssertAccepted(Token(claims => claims["iat"] = notBefore));
    }

    [Fact]
    public async Task Logout_TokenRefreshedFromALoginBeforeTheCutoff_StaysRevoked()
    {
        var signedIn = Mint.Now - 60;
        await LogOut(Token(claims => claims["auth_time"] = signedIn), null, "/logout/everywhere");
        Api.Clock.Advance(TimeSpan.FromSeconds(5));
        await AssertRevoked(Token(claims => claims["auth_time"] = signedIn));
        await AssertAccepted(Token(claims => claims["auth_time"] = Mint.Now));
    }

    [Fact]
    public async Task Logout_Again_IsRefusedAsRevoked()
    {
        var token = Token();
        await LogOut(token);
        (await Api.PostAsync("/logout", token)).AssertRefused("revoked");
        (await Api.PostAsync("/logout/everywhere", token)).AssertRefused("revoked");
        await AssertAccepted(Token());
    }

    [Fact]
    public async Task Logout_SameSubSidAndJtiOfAnotherIssuer_IsSomebodyElse()
    {
        void Same(JsonObject claims) => (claims["jti"], claims["sid"]) = ("j", "s");
        var theirs = TokenOfOther(Same);
        await LogOut(Token(Same), """{"scope":"token"}""");
        await LogOut(Token(claims => InSession(claims, "s")), """{"scope":"session"}""");
        await LogOut(Token(), null, "/logout/everywhere");
        await AssertAccepted(theirs);
    }

    [Fact]
    public async Task Me_TokenOfOneIssuerSignedWithTheKeyOfAnother_IsInvalid() =>
        (await Api.GetAsync("/me", Mint.Hs256(Mint.Claims(User), Mint.OtherSecret))).AssertRefused("invalid");

    [Fact]
    public async Task Logout_TokenWithoutJti_RevokesIt()
    {
        var token = Token(claims => claims.Remove("jti"));
        var me = await JsonOf(await Api.GetAsync("/me", token));
        Assert.Null(me["jti"]);
        await LogOut(token);
        await AssertRevoked(token);
        await AssertAccepted(Token(claims =>
        {
            claims.Remove("jti");
            claims["x"] = 1;
        }));
    }

    [Theory]
    [InlineData("Zoë ☂ 東京 🎷")]
    [InlineData("a/b/../c?d#e%2f%00")]
    [InlineData("|\u0000\r\n\"\\'<script>")]
    [InlineData(" ")]
    public async Task Logout_AnySubject_RevokesThatUser(string sub)
    {
        var token = Mint.Token(sub + User);
        await LogOut(token);
        await AssertRevoked(token);
        await AssertAccepted(Mint.Token(sub + User));
    }
}
