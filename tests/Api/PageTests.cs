using System.Net;
using System.Text;
using Curfew.Api.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>
/// The sign-in, the dashboard behind it, and what every page tells a browser. Seen red with a sign-in that asked the request's own
/// handler a second time (every token was refused), with paths compared by case,
/// and without <c>frame-ancestors</c>.
/// </summary>
public sealed class PageTests(SharedHost shared) : ApiTest(shared)
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/Sign-In")]
    [InlineData("/dashboard/")]
    [InlineData("/DASHBOARD/")]
    [InlineData("/console/")]
    [InlineData("/CONSOLE/")]
    [InlineData("/Console/index.html")]
    public async Task Page_InWhateverCase_ForbidsFramesScriptsOfOthersAndCaches(string path)
    {
        var answer = await Api.GetAsync(path, Reader());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("default-src", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task SignIn_ReadersToken_OpensTheDashboardUntilItIsRevoked()
    {
        var token = Mint.Token(User, claims => claims["scope"] = "curfew:read");
        using var answer = await SignInAsync(token);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/dashboard/", answer.Headers.Location?.ToString());
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        var attributes = cookie.Split("; ").Skip(1).ToList();
        Assert.Contains("httponly", attributes);
        Assert.Contains("samesite=strict", attributes);
        Assert.Contains("path=/dashboard", attributes);
        var expires = DateTimeOffset.Parse(
            attributes.Single(attribute => attribute.StartsWith("expires=", StringComparison.Ordinal))["expires=".Length..],
            System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(expires.ToUnixTimeSeconds(), Mint.Now + 500, Mint.Now + 600);

        var pair = cookie.Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await WithCookieAsync("/dashboard/", pair));
        Assert.Equal(HttpStatusCode.OK, await WithCookieAsync("/dashboard/DashboardCounters", pair));
        // The cookie is for pages: it logs nobody out and administers nothing.
        Assert.Equal(HttpStatusCode.Unauthorized, await WithCookieAsync("/me", pair));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithCookieAsync("/verify", pair));

        await LogOut(token);
        Assert.Equal(HttpStatusCode.Unauthorized, await WithCookieAsync("/dashboard/", pair));
        using var again = await SignInAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    // What the dashboard streams is the service's log. Seen red without UseDashboardLogout: it went on for whoever had left.
    [Fact]
    public async Task DashboardsStream_OfWhoLogsOut_Ends()
    {
        var token = Mint.Token(User, claims => claims["scope"] = "curfew:read");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard/Trace");
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        using var answer = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var log = await answer.Content.ReadAsStreamAsync();
        Assert.True(await log.ReadAsync(new byte[1]) > 0);

        await LogOut(token);
        var ended = Task.Run(async () =>
        {
            try
            {
                await log.CopyToAsync(Stream.Null);
            }
            catch (Exception e) when (e is HttpIOException or IOException)
            {
                // Aborted.
            }
        });
        await ended.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    [Fact]
    public async Task SignIn_LongToken_IsKeptInSeveralCookies()
    {
        var token = Token(claims => (claims["scope"], claims["groups"]) = ("curfew:read", new string('g', 6000)));
        using var answer = await SignInAsync(token);
        var pairs = string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        Assert.Equal(HttpStatusCode.OK, await WithCookieAsync("/dashboard/", pairs));
    }

    [Fact]
    public async Task SignIn_TokenThatMayNotRead_403AndNoCookie()
    {
        foreach (var token in new[] { Token(), TokenOfOther(claims => claims["scope"] = "curfew:read") })
        {
            using var answer = await SignInAsync(token);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a\r\nb: c")]
    [InlineData("Zoë")]
    [InlineData("Bearer x")]
    public async Task SignIn_WhatIsNoToken_401AndNoEcho(string token)
    {
        using var answer = await SignInAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.DoesNotContain("<script>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "")]
    [InlineData("application/x-www-form-urlencoded", "token=")]
    [InlineData("application/x-www-form-urlencoded", "token=a&token=b")]
    [InlineData("application/x-www-form-urlencoded", "%")]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\ncut off")]
    [InlineData("multipart/form-data; boundary=b", "no boundary at all")]
    public async Task SignIn_BadForm_400(string type, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.SendAsync(HttpMethod.Post, "/sign-in", null, content)).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_AMebibyte_400OrTooLarge(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new StringContent("token=" + new string('x', 1 << 20), Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        var answer = await Api.Client.SendAsync(request);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge });
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", HttpStatusCode.Redirect)]
    public async Task SignIn_FormOfAnotherSite_IsRefused(string site, HttpStatusCode expected)
    {
        using var request = Form(Reader());
        request.Headers.Add("Sec-Fetch-Site", site);
        Assert.Equal(expected, (await Api.Client.SendAsync(request)).StatusCode);
    }

    // Seen red without looking at Origin, which is all that a browser sends to a page that isn't served by TLS.
    [Theory]
    [InlineData("https://evil.test", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Redirect)]
    public async Task SignIn_FormOfAnotherOrigin_IsRefused(string origin, HttpStatusCode expected)
    {
        using var request = Form(Reader());
        request.Headers.Add("Origin", origin.Length > 0 ? origin : Api.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        Assert.Equal(expected, (await Api.Client.SendAsync(request)).StatusCode);
    }

    private async Task<HttpResponseMessage> SignInAsync(string token)
    {
        using var request = Form(token);
        return await Api.Client.SendAsync(request);
    }

    private static HttpRequestMessage Form(string token) => new(HttpMethod.Post, "/sign-in")
    {
        Content = new FormUrlEncodedContent([new("token", token)]),
    };

    private async Task<HttpStatusCode> WithCookieAsync(string path, string pairs)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", pairs);
        return (await Api.Client.SendAsync(request)).StatusCode;
    }
}
