using System.Net;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>What is shown of a user's revocations. Seen red with parameters that stood twice joined by a comma.</summary>
public sealed class InspectionTests(SharedHost shared) : ApiTest(shared)
{
    [Fact]
    public async Task Get_UnknownUser_IsEmpty()
    {
        var shown = await Inspect($"?iss=https://nobody.test/&sub={User}");
        Assert.Equal(("https://nobody.test/", User), ((string?)shown["iss"], (string?)shown["sub"]));
        Assert.Empty(shown["tokens"]!.AsArray());
        Assert.Empty(shown["sessions"]!.AsArray());
        Assert.Empty(shown["kept"]!.AsArray());
        Assert.Null(shown["cutoff"]);
        Assert.Null(shown["next"]);
    }

    [Fact]
    public async Task Get_UserWithEveryKindOfFact_ShowsWhoWhenAndWhy()
    {
        var now = Mint.Now;
        var token = Token(claims => claims["jti"] = "one");
        await LogOut(token);
        await Revoke($$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","session":{"sid":"s"},"reason":"phone lost"}""");
        await LogOut(Token(claims => (claims["jti"], claims["sid"]) = ("kept", "t")), """{"scope":"others"}""");

        var shown = await Inspect($"?iss={TokenMint.Issuer}&sub={User}");
        var listed = Assert.Single(shown["tokens"]!.AsArray())!;
        Assert.Equal("jti:one", (string?)listed["id"]);
        Assert.InRange((long)listed["expires"]!, now + 600, now + 600 + 700);
        var session = Assert.Single(shown["sessions"]!.AsArray())!;
        Assert.Equal(("s", "root", "phone lost"), ((string?)session["sid"], (string?)session["by"], (string?)session["reason"]));
        Assert.InRange((long)session["at"]!, now, now + 60);

        // Which issuer's: red when the issuer of whoever asked is dropped on the way to the fact.
        Assert.Equal(TokenMint.Issuer, (string?)session["by_iss"]);
        Assert.Equal((User, TokenMint.Issuer), ((string?)listed["by"], (string?)listed["by_iss"]));
        var cutoff = shown["cutoff"]!;
        Assert.Equal((long)cutoff["instant"]! + 1, (long)cutoff["not_before"]!);

        // The session is spared, and its token with it.
        var kept = Assert.Single(shown["kept"]!.AsArray())!;
        Assert.Equal(("t", (long)cutoff["instant"]!), ((string?)kept["sid"], (long)kept["cutoff"]!));
    }

    [Fact]
    public async Task Get_UserWhoSparedATokenWithoutASession_ShowsTheToken()
    {
        await LogOut(Token(claims => claims["jti"] = "kept"), """{"scope":"others"}""");
        var shown = await Inspect($"?iss={TokenMint.Issuer}&sub={User}");
        var kept = Assert.Single(shown["kept"]!.AsArray())!;
        Assert.Equal(("jti:kept", (long)shown["cutoff"]!["instant"]!), ((string?)kept["id"], (long)kept["cutoff"]!));
    }

    [Fact]
    public async Task Get_MoreThanAPage_TheCursorsGiveEachFactOnce()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 205), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await Revoke($$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","token":{"jti":"é:{{i}}"} }"""));
        var (ids, sizes, query) = (new List<string>(), new List<int>(), $"?iss={TokenMint.Issuer}&sub={User}");
        for (JsonNode? next = ""; next is not null;)
        {
            var page = await Inspect(query + ((string?)next is { Length: > 0 } cursor ? "&cursor=" + cursor : ""));
            sizes.Add(page["tokens"]!.AsArray().Count);
            ids.AddRange(page["tokens"]!.AsArray().Select(token => (string)token!["id"]!));
            next = page["next"];
        }

        Assert.Equal([100, 100, 5], sizes);
        Assert.Equal(Enumerable.Range(0, 205).Select(i => $"jti:é:{i}").ToHashSet(), ids.ToHashSet());
        Assert.Equal(205, ids.Count);
    }

    [Theory]
    [InlineData("", "iss")]
    [InlineData("?sub=u", "iss")]
    [InlineData("?iss=&sub=u", "iss")]
    [InlineData("?iss=i&sub=", "sub")]
    [InlineData("?iss=i&client_id=", "client_id")]
    [InlineData("?iss=i&sub=u&client_id=c", "client_id")]
    [InlineData("?iss=i&sub=u&cursor=", "cursor")]
    [InlineData("?iss=i&sub=u&cursor=!!!", "cursor")]
    [InlineData("?iss=i&sub=u&cursor=YWJj", "cursor")]
    [InlineData("?iss=i&sub=u&cursor=__79", "cursor")]
    [InlineData("?iss=i&iss=j&sub=u", "iss")]
    [InlineData("?iss=i&sub=u&sub=v", "sub")]
    public async Task Get_BadQuery_NamesTheParameter(string query, string names) =>
        await AssertProblem(await Api.GetAsync("/revocations" + query, Reader()), HttpStatusCode.BadRequest, names);

    [Fact]
    public async Task Get_TooLongParameters_AreNamed()
    {
        var text = new string('x', 1025);
        foreach (var (query, names) in new[] { ($"?iss={text}", "iss"), ($"?iss=i&sub={text}", "sub"), ($"?iss=i&client_id={text}", "client_id") })
            await AssertProblem(await Api.GetAsync("/revocations" + query, Reader()), HttpStatusCode.BadRequest, names);
    }
}
