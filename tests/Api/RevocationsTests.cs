using System.Net;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>
/// What administrators revoke, and what is refused before anything is. Seen red with client and issuer cutoffs that spare what is
/// exempt from a user's, and with <c>curfew:admin</c> of any trusted issuer.
/// </summary>
public sealed class RevocationsTests(SharedHost shared) : ApiTest(shared)
{
    [Fact]
    public async Task Post_TokenByJti_RevokesIt()
    {
        var token = Token(claims => claims["jti"] = "by/jti ☂");
        var answer = await Revoke($$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","token":{"jti":"by/jti ☂"},"reason":"lost"}""");
        Assert.Equal("token", (string?)answer["revoked"]);
        Assert.Equal((TokenMint.Issuer, User), ((string?)answer["iss"], (string?)answer["sub"]));
        await AssertRevoked(token);
    }

    [Fact]
    public async Task Post_TokenByListedId_RevokesTheTokenWithoutJtiAgain()
    {
        var token = Token(claims => claims.Remove("jti"));
        await LogOut(token);
        var id = (string?)(await Inspect($"?iss={TokenMint.Issuer}&sub={User}"))["tokens"]![0]!["id"];
        Assert.StartsWith("sha256:", id, StringComparison.Ordinal);
        await Revoke($$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","token":{"id":"{{id}}"} }""");
        await AssertRevoked(token);
    }

    [Fact]
    public async Task Post_Session_CoversLaterTokensAndNoOtherIssuers()
    {
        await Revoke($$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","session":{"sid":"s"} }""");
        await AssertRevoked(Token(claims => InSession(claims, "s")));
        await AssertAccepted(Token(claims => InSession(claims, "t")));
        await AssertAccepted(TokenOfOther(claims => InSession(claims, "s")));
    }

    [Fact]
    public async Task Post_EverythingBefore_TakesTheInstantAsItIs()
    {
        var before = Mint.Now - 100;
        var answer = await Revoke(
            $$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","everything":true,"before":{{before}}}""");
        Assert.Equal(before + 1, (long)answer["not_before"]!);
        await AssertRevoked(Token(claims => claims["iat"] = before));
        await AssertAccepted(Token(claims => claims["iat"] = before + 1));
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("azp")]
    public async Task Post_Client_CoversItsTokensOfAllUsersAndSparesNoExemption(string claim)
    {
        var client = "client-" + User;
        void OfClient(JsonObject claims) => claims[claim] = client;
        var kept = Token(OfClient);
        await LogOut(kept, """{"scope":"others"}""");
        await AssertAccepted(kept);
        var theirs = TokenOfOther(OfClient);

        var answer = await Revoke($$"""{"iss":"{{TokenMint.Issuer}}","client_id":"{{client}}","everything":true}""");
        Assert.Equal(client, (string?)answer["client_id"]);
        Assert.NotNull(answer["not_before"]);
        await AssertRevoked(kept);
        await AssertRevoked(Mint.Token("another" + User, OfClient));
        await AssertAccepted(Mint.Token("another" + User, claims => claims[claim] = "not " + client));
        await AssertAccepted(theirs);
        var shown = await Inspect($"?iss={TokenMint.Issuer}&client_id={client}");
        Assert.Equal(answer["not_before"]!.ToJsonString(), shown["cutoff"]!["not_before"]!.ToJsonString());
    }

    [Fact]
    public async Task Post_Issuer_CoversAllItsUsersAndSparesNoExemption()
    {
        // The other issuer's: the first one's administrators go on working. An instant in the past, for the same reason.
        var instant = Mint.Now - 300;
        var old = TokenOfOther(claims => claims["iat"] = instant);
        await Api.PostAsync("/logout", old, """{"scope":"others"}""");
        await AssertAccepted(old);
        var answer = await Revoke(
            $$"""{"iss":"{{TokenMint.OtherIssuer}}","confirm":"issuer","everything":true,"before":{{instant}}}""");
        Assert.Equal(instant + 1, (long)answer["not_before"]!);
        await AssertRevoked(old);
        await AssertRevoked(TokenOfOther(claims => claims["iat"] = instant - 5, "another" + User));
        await AssertAccepted(TokenOfOther(claims => claims["iat"] = instant + 1, "another" + User));
        await AssertAccepted(Token(claims => claims["iat"] = instant));
        Assert.Equal(instant, (long)(await Inspect($"?iss={TokenMint.OtherIssuer}"))["cutoff"]!["instant"]!);
    }

    [Fact]
    public async Task Post_AdminScopeOfAnIssuerThatMayNotGrantIt_403AndNothingRevoked()
    {
        var token = Token();
        var answer = await Api.PostAsync(
            "/revocations", TokenOfOther(claims => claims["scope"] = "curfew:admin"),
            $$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","everything":true}""");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("insufficient_scope", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        await AssertAccepted(token);
    }

    [Theory]
    [InlineData("""{"scope":"curfew:administrator"}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"scope":"CURFEW:ADMIN"}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"scopes":"curfew:admin"}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"scope":{"curfew:admin":true}}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"scope":"a curfew:admin b"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"scp":["a","curfew:admin"]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"scp":"a curfew:admin"}""", HttpStatusCode.BadRequest)]
    public async Task Post_ScopeInManyForms_IsReadWordByWord(string extra, HttpStatusCode expected)
    {
        var token = Token(claims =>
        {
            foreach (var (name, value) in JsonNode.Parse(extra)!.AsObject())
                claims[name] = value!.DeepClone();
        });

        // An empty object is a bad request to whoever may ask at all.
        Assert.Equal(expected, (await Api.PostAsync("/revocations", token, "{}")).StatusCode);
    }

    /// <summary>Without the warning, the administrator of a mistyped issuer would be told that all is well.</summary>
    [Theory]
    [InlineData(TokenMint.Issuer, false)]
    [InlineData(TokenMint.OtherIssuer, false)]
    [InlineData(TokenMint.Issuer + "/", true)]
    [InlineData("https://nobody.example", true)]
    public async Task Post_IssuerWhoseTokensAreNotAccepted_IsRevokedAndSaidSo(string issuer, bool warns)
    {
        var answer = await Revoke($$"""{"iss":"{{issuer}}","sub":"{{User}}","session":{"sid":"s"} }""");
        Assert.Equal("session", (string?)answer["revoked"]);
        Assert.Equal(warns, answer["warning"] is not null);
        Assert.Equal(warns, ((string?)answer["warning"])?.Contains($"issuer {issuer}.", StringComparison.Ordinal) ?? false);
        Assert.Single((await Inspect($"?iss={Uri.EscapeDataString(issuer)}&sub={User}"))["sessions"]!.AsArray());
    }

    [Theory]
    [InlineData("""{}""", "iss")]
    [InlineData("""{"iss":null,"sub":"u","everything":true}""", "iss")]
    [InlineData("""{"iss":"","sub":"u","everything":true}""", "iss")]
    [InlineData("""{"iss":7,"sub":"u","everything":true}""", "iss")]
    [InlineData("""{"iss":"i","sub":["u"],"everything":true}""", "sub")]
    [InlineData("""{"iss":"i","sub":"","everything":true}""", "sub")]
    [InlineData("""{"iss":"i","sub":"u","client_id":"c","everything":true}""", "client_id")]
    [InlineData("""{"iss":"i","client_id":{},"everything":true}""", "client_id")]
    [InlineData("""{"iss":"i","everything":true}""", "confirm")]
    [InlineData("""{"iss":"i","confirm":"yes","everything":true}""", "confirm")]
    [InlineData("""{"iss":"i","confirm":true,"everything":true}""", "confirm")]
    [InlineData("""{"iss":"i","sub":"u"}""", "everything")]
    [InlineData("""{"iss":"i","sub":"u","everything":false}""", "everything")]
    [InlineData("""{"iss":"i","sub":"u","everything":"true"}""", "everything")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"session":{"sid":"s"}}""", "session")]
    [InlineData("""{"iss":"i","sub":"u","session":{}}""", "session.sid")]
    [InlineData("""{"iss":"i","sub":"u","session":"s"}""", "session")]
    [InlineData("""{"iss":"i","sub":"u","session":{"sid":1}}""", "sid")]
    [InlineData("""{"iss":"i","sub":"u","token":{}}""", "token.jti")]
    [InlineData("""{"iss":"i","sub":"u","token":[]}""", "token")]
    [InlineData("""{"iss":"i","sub":"u","token":{"jti":""}}""", "token.jti")]
    [InlineData("""{"iss":"i","sub":"u","token":{"jti":"a","id":"jti:a"}}""", "token.id")]
    [InlineData("""{"iss":"i","sub":"u","token":{"id":"a"}}""", "token.id")]
    [InlineData("""{"iss":"i","sub":"u","token":{"id":"sha256:short"}}""", "token.id")]
    [InlineData("""{"iss":"i","client_id":"c","token":{"jti":"a"}}""", "sub")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"before":"now"}""", "before")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"before":1.5}""", "before")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"before":1e99}""", "before")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"before":-1}""", "before")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"before":99999999999}""", "before")]
    [InlineData("""{"iss":"i","sub":"u","session":{"sid":"s"},"before":1}""", "before")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"reason":5}""", "reason")]
    [InlineData("""{"iss":"i","sub":"\ud800","everything":true}""", "sub")]
    [InlineData("""{"iss":"i","sub":"u","everything":true,"reason":"\udc00"}""", "reason")]
    public async Task Post_BadRequest_NamesTheMember(string json, string names) =>
        await AssertProblem(await Api.PostAsync("/revocations", Admin(), json), HttpStatusCode.BadRequest, names);

    [Theory]
    [InlineData("sub")]
    [InlineData("client_id")]
    [InlineData("iss")]
    [InlineData("reason")]
    public async Task Post_TooLongText_NamesTheMember(string member)
    {
        var json = new JsonObject { ["iss"] = "i", ["everything"] = true, [member] = new string('x', 1025) };
        if (member != "client_id")
            json.TryAdd("sub", "u");
        await AssertProblem(await Api.PostAsync("/revocations", Admin(), json.ToJsonString()), HttpStatusCode.BadRequest, member);
    }
}
