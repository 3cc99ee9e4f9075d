using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Curfew.Api.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>
/// Bodies that no client should send: a 4xx problem, never a 500, and nothing revoked. Seen red with the JSON reader's own
/// exceptions let through.
/// </summary>
public sealed class HostileBodyTests(SharedHost shared) : ApiTest(shared)
{
    public static TheoryData<string> NotAnObject => new(
        "", "{", "[]", "null", "7", "\"scope\"", "{} {}", "{}}", "{\"scope\":\"token\",}", "// {}", "{scope:1}", "\u00ef\u00bb\u00bf",
        new string('[', 5000), "{\"a\":" + new string('[', 100) + new string(']', 100) + "}");

    public static TheoryData<string> Twice => new(
        """{"scope":"token","scope":"token","iss":"i","iss":"j"}""",
        """{"scope":"token","sc\u006fpe":"token","iss":"i","\u0069ss":"i"}""");

    public static TheoryData<string, int> Odd => new()
    {
        { """{"\ud800":1}""", 400 },
        { """{"\ud800":1,"\udc00":2,"scope":"token"}""", 400 },
        { """{"scope":"\ud800"}""", 400 },
        { """{"x":{"\ud800":1,"\ud800":2}}""", 400 },
    };

    [Theory]
    [MemberData(nameof(NotAnObject))]
    [MemberData(nameof(Twice))]
    public async Task Logout_NoObjectOrAMemberTwice_400(string body)
    {
        if (body.Length == 0)
            return;
        var token = Token();
        await AssertProblem(await Api.PostAsync("/logout", token, body), HttpStatusCode.BadRequest, "JSON object");
        await AssertAccepted(token);
    }

    [Theory]
    [MemberData(nameof(NotAnObject))]
    [MemberData(nameof(Twice))]
    public async Task Revocations_NoObjectOrAMemberTwice_400(string body) =>
        await AssertProblem(await Api.PostAsync("/revocations", Admin(), body), HttpStatusCode.BadRequest, "JSON object");

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task AnyEndpoint_LoneSurrogatesInNamesAndValues_400(string body, int status)
    {
        var token = Token();
        await AssertProblem(await Api.PostAsync("/logout", token, body), (HttpStatusCode)status, "");
        await AssertProblem(await Api.PostAsync("/revocations", Admin(), body), (HttpStatusCode)status, "");
        await AssertAccepted(token);
    }

    [Theory]
    [InlineData("""{"scope":7}""")]
    [InlineData("""{"scope":["token"]}""")]
    [InlineData("""{"scope":"TOKEN"}""")]
    [InlineData("""{"scope":"all"}""")]
    [InlineData("""{"scope":""}""")]
    public async Task Logout_WrongScope_NamesItAndRevokesNothing(string body)
    {
        var token = Token();
        await AssertProblem(await Api.PostAsync("/logout", token, body), HttpStatusCode.BadRequest, "scope");
        await AssertAccepted(token);
    }

    /// <summary>Null is missing, as in every other body. Seen red while it was refused.</summary>
    [Fact]
    public async Task Logout_ScopeNull_IsTheDefault() =>
        Assert.Equal("token", (string?)(await LogOut(Token(), """{"scope":null}"""))["revoked"]);

    [Fact]
    public async Task Logout_UnknownMembers_AreIgnored() =>
        Assert.Equal("token", (string?)(await LogOut(Token(), """{"x":{"y":[1]},"scope":"token"}"""))["revoked"]);

    [Theory]
    [InlineData("/logout")]
    [InlineData("/revocations")]
    public async Task Post_TextThatIsNotUtf8_400(string path)
    {
        foreach (var bytes in new byte[][] { [(byte)'{', 0xff, (byte)'}'], [.. "{\"scope\":\""u8, 0xc0, 0xaf, .. "\",\"iss\":\""u8, 0xed, 0xa0, 0x80, .. "\"}"u8], Encoding.Unicode.GetBytes("{}") })
        {
            using var body = new ByteArrayContent(bytes);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            await AssertProblem(await Api.SendAsync(HttpMethod.Post, path, Admin(), body), HttpStatusCode.BadRequest, "");
        }
    }

    [Theory]
    [InlineData("/logout", false)]
    [InlineData("/logout", true)]
    [InlineData("/revocations", false)]
    [InlineData("/revocations", true)]
    public async Task Post_AMebibyte_413(string path, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent("{\"x\":\"" + new string('x', 1 << 20) + "\"}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Admin());
        await AssertProblem(await Api.Client.SendAsync(request), HttpStatusCode.RequestEntityTooLarge, "over");
    }

    [Theory]
    [InlineData("/logout", "text/plain")]
    [InlineData("/logout", "application/x-www-form-urlencoded")]
    [InlineData("/logout", null)]
    [InlineData("/revocations", "text/xml")]
    [InlineData("/revocations", null)]
    public async Task Post_AnotherContentType_415(string path, string? type)
    {
        using var body = new ByteArrayContent("""{"scope":"token"}"""u8.ToArray());
        body.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        await AssertProblem(
            await Api.SendAsync(HttpMethod.Post, path, Admin(), body), HttpStatusCode.UnsupportedMediaType,
            // Routing answers by itself what an endpoint says that it doesn't take, and says no more.
            type == "text/xml" ? "" : "application/json");
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/png")]
    public async Task Post_CallerThatAcceptsNoJson_GetsTheSameStatus(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/revocations") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Admin());
        request.Headers.Accept.ParseAdd(accept);
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.Client.SendAsync(request)).StatusCode);
    }
}
