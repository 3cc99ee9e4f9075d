using System.Security.Claims;
using System.Text.Encodings.Web;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Tests;

/// <summary>A scheme of somebody's own, beside JwtBearer, named by endpoints or asked at any time.</summary>
public sealed class OtherSchemeTests : IAsyncLifetime
{
    private GuardedApp _app = null!;

    public async Task InitializeAsync() => _app = await GuardedApp.StartAsync(
        (builder, _) => builder.Services.AddAuthentication("Bearer").AddScheme<AuthenticationSchemeOptions, QueryHandler>("Query", null)
            .Services.AddCurfew().ForScheme("Query", options => options.DefaultIssuer = "https://query.test/"),
        app =>
        {
            var named = new AuthorizeAttribute { AuthenticationSchemes = "Query" };
            app.MapGet("/query", (HttpContext context) => context.GetTokenIdentity()?.User.ToString() ?? "nobody").RequireAuthorization(named);
            app.MapGet("/late", async (HttpContext context) =>
                (await context.AuthenticateAsync("Query")).Succeeded ? "in" : "out");
            app.MapCurfewLogout("/query-logout").RequireAuthorization(named);
        });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_named_scheme_is_checked_wherever_it_is_asked()
    {
        var query = Query();
        var accepted = await _app.GetAsync("/query" + query, null);
        accepted.AssertAccepted();
        Assert.Equal("https%3A%2F%2Fquery.test%2F|carol", await accepted.Content.ReadAsStringAsync());
        Assert.Equal("in", await _app.Client.GetStringAsync("/late" + query));

        (await _app.SendAsync(HttpMethod.Post, "/query-logout" + query, null)).AssertAccepted();

        (await _app.GetAsync("/query" + query, null)).AssertRefused("revoked");
        Assert.Equal("out", await _app.Client.GetStringAsync("/late" + query));
        (await _app.GetAsync("/query" + Query(("jti", "another")), null)).AssertAccepted();
    }

    [Theory]
    [InlineData("sub", null)]
    [InlineData("jti", null)]
    [InlineData("iat", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "soon")]
    [InlineData("iat", "1700000002")]
    [InlineData("exp", "1700086401")]
    [InlineData("events", "{}")]
    [InlineData("cnf", "{}")]
    public async Task A_principal_that_names_no_token_within_the_limits_is_refused(string claim, string? value) =>
        (await _app.GetAsync("/query" + Query((claim, value)), null)).AssertRefused("invalid");

    [Fact]
    public async Task An_expired_principal_is_refused()
    {
        (await _app.GetAsync("/query" + Query(("iat", "1699999000"), ("exp", "1699999998")), null)).AssertRefused("expired");
        (await _app.GetAsync("/query" + Query() + "&sub=other", null)).AssertRefused("invalid");
    }

    [Fact]
    public async Task An_unknown_answer_is_503()
    {
        _app.Storage.IsDown = true;
        (await _app.GetAsync("/query" + Query(), null)).AssertUnknown();
        Assert.Equal("out", await _app.Client.GetStringAsync("/late" + Query()));
    }

    private static string Query(params (string Name, string? Value)[] changes)
    {
        var claims = new Dictionary<string, string?>
        {
            ["sub"] = "carol",
            ["jti"] = "t1",
            ["iat"] = "1700000000",
            ["exp"] = "1700000600",
        };
        foreach (var (name, value) in changes)
            claims[name] = value;
        return QueryString.Create(claims.Where(claim => claim.Value is not null)).ToString();
    }

    // Believes whatever the query says: what is verified is another's concern here.
    private sealed class QueryHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var claims = Request.Query.SelectMany(pair => pair.Value, (pair, value) => new Claim(pair.Key, value!));
            var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
        }
    }
}
