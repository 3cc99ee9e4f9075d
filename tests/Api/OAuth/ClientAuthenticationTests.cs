using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Curfew.Api.Tests.OAuth;

/// <summary>
/// RFC 6749, 2.3.1, at both endpoints. Seen red with the hashes compared by their first half, with the form looked at beside Basic,
/// and with an unknown client let through. That an unknown client takes as long is by construction: no test can tell.
/// </summary>
public sealed class ClientAuthenticationTests(OAuthHost shared) : OAuthTest(shared)
{
    private static readonly Credentials Wrong = OAuthHost.App with { Secret = OAuthHost.Other.Secret };

    public static TheoryData<string> Endpoints => ["/oauth/revoke", "/oauth/introspect"];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task NotAuthenticated_InvalidClientAndNothingRevoked(string path)
    {
        var token = TokenOf(OAuthHost.App);
        AuthenticationHeaderValue?[] headers =
        [
            null, Wrong.Basic, (OAuthHost.App with { Id = "half-0" }).Basic, (OAuthHost.App with { Id = "half-1" }).Basic, new Credentials("nobody", OAuthHost.App.Secret).Basic, new Credentials("APP", OAuthHost.App.Secret).Basic,
            (OAuthHost.App with { Secret = "" }).Basic, (OAuthHost.App with { Secret = OAuthHost.App.Secret + " " }).Basic,
            (OAuthHost.App with { Secret = OAuthHost.App.Hash }).Basic,
            Credentials.RawBasic(OAuthHost.App.Id), Credentials.RawBasic(":" + OAuthHost.App.Secret), Credentials.RawBasic(""),
            new("Basic", "no base64"), new("Basic", Convert.ToBase64String([0xFF, 0xFE, (byte)':', 0xFF])), new("Basic"),
            new("Bearer", token), new("Digest", "username=\"app\""),
        ];
        foreach (var header in headers)
            await AssertError(await PostAsync(path, header, ("token", token)), HttpStatusCode.Unauthorized, "invalid_client");
        (string, string)[][] forms =
        [
            [("client_id", Wrong.Id), ("client_secret", Wrong.Secret)], [("client_id", OAuthHost.App.Id)],
            [("client_secret", OAuthHost.App.Secret)], [("client_id", OAuthHost.App.Id), ("client_secret", "")],
            [("client_id", OAuthHost.App.Id), ("client_assertion", token)],
        ];
        foreach (var form in forms)
            await AssertError(await PostAsync(path, null, [("token", token), .. form]), HttpStatusCode.Unauthorized, "invalid_client");
        await AssertAccepted(token);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task TwoMethods_InvalidRequest(string path)
    {
        var token = TokenOf(OAuthHost.App);
        await AssertError(
            await PostAsync(path, OAuthHost.App.Basic,
                ("token", token), ("client_id", OAuthHost.App.Id), ("client_secret", OAuthHost.App.Secret)),
            HttpStatusCode.BadRequest, "invalid_request");
        await AssertError(
            await PostAsync(path, OAuthHost.App.Basic, ("token", token), ("client_id", OAuthHost.Other.Id)),
            HttpStatusCode.BadRequest, "invalid_request");
        using var twice = new HttpRequestMessage(HttpMethod.Post, path) { Content = Form("token=" + token) };
        twice.Headers.TryAddWithoutValidation("Authorization", [OAuthHost.App.Basic.ToString(), OAuthHost.App.Basic.ToString()]);
        var answer = await Api.Client.SendAsync(twice);
        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized);
        await AssertAccepted(token);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task SameClientIdBesideBasic_Authenticated(string path) => Assert.Equal(
        HttpStatusCode.OK,
        (await PostAsync(path, OAuthHost.App.Basic, ("token", TokenOf(OAuthHost.App)), ("client_id", OAuthHost.App.Id))).StatusCode);

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task BadBody_InvalidRequestAndNothingRevoked(string path)
    {
        var token = TokenOf(OAuthHost.App);
        HttpContent[] bodies =
        [
            Form(""), Form("token="), Form("Token=" + token), Form($"token={token}&token={token}"), Form($"token={token}&token="),
            Form($"token={token}&unknown=1&unknown=2"), Form($"token={token}", "text/plain"), Form($"{{\"token\":\"{token}\"}}", "application/json"),
            Form($"token={token}", "application/x-www-form-urlencoded; charset=utf-16"), Form($"token={token}", null),
            new MultipartFormDataContent { { new StringContent(token), "token" } },
            Form($"token={token}&padding=" + new string('x', 1 << 20)),
            Form($"padding={new string('x', 1 << 20)}&token={token}"),
            Bytes([.. Encoding.ASCII.GetBytes($"token={token}&x="), 0xC3, 0x28]),
        ];
        foreach (var body in bodies)
            await AssertError(await PostAsync(path, OAuthHost.App.Basic, body), HttpStatusCode.BadRequest, "invalid_request");
        await AssertAccepted(token);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task OtherMethods_405(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
            Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Api.SendAsync(method, path, null)).StatusCode);
    }

    private static ByteArrayContent Form(string text, string? type = "application/x-www-form-urlencoded") =>
        Bytes(Encoding.UTF8.GetBytes(text), type);

    private static ByteArrayContent Bytes(byte[] bytes, string? type = "application/x-www-form-urlencoded")
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
