using System.Globalization;
using System.Security.Claims;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication.Tests;

/// <summary>
/// Without code of the app in JwtBearer's events, a token goes a shorter way than through that handler: what the app sees,
/// and what is refused, is the same. Seen to fail: with the check left out of either branch,
/// and with the items left out of the ticket.
/// </summary>
public sealed class ShortWayTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_app_sees_what_JwtBearer_would_show_it(bool saveToken)
    {
        await using var shortWay = await StartAsync(options => options.SaveToken = saveToken);
        await using var longWay = await StartAsync(options =>
        {
            options.SaveToken = saveToken;
            options.Events = new JwtBearerEvents { OnMessageReceived = _ => Task.CompletedTask };
        });
        string[] seen = [await ThriceAsync(longWay), await ThriceAsync(shortWay)];
        Assert.Equal(seen[0], seen[1]);
        Assert.Contains(saveToken ? "access_token=token" : "access_token=;", seen[1], StringComparison.Ordinal);
        Assert.Contains("expires=2023-11-14", seen[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_who_authenticate_within_a_request_get_one_principal_and_two_requests_get_two()
    {
        var principals = new List<ClaimsPrincipal>();
        await using var app = await GuardedApp.StartAsync(map: app => app.MapGet("/twice", async (HttpContext context) =>
        {
            var again = await context.AuthenticateAsync("Bearer");
            Assert.Same(context.User.Identity, again.Principal!.Identity);
            principals.Add(again.Principal);
            ((ClaimsIdentity)again.Principal.Identity!).AddClaim(new Claim("mine", "alone"));
            return context.User.FindAll("mine").Count();
        }).RequireAuthorization());
        var token = app.Mint.Token();
        for (var i = 0; i < 3; i++)
            Assert.Equal("1", await (await app.GetAsync("/twice", token)).Content.ReadAsStringAsync());
        Assert.NotSame(principals[1].Identity, principals[2].Identity);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public async Task What_is_revoked_is_refused_on_the_next_request_however_often_it_was_seen(int times, bool fromMemory)
    {
        await using var app = await GuardedApp.StartAsync((builder, _) =>
        {
            var facts = new ProcessFacts();
            facts.FilledWhole();
            builder.Services.AddSingleton(facts);
            if (fromMemory)
                builder.Services.AddSingleton<ILocalVerdicts>(facts);
        });
        var (token, witness) = (app.Mint.Token(), app.Mint.Token());
        for (var i = 0; i < times; i++)
            (await app.GetAsync("/me", token)).AssertAccepted();
        (await app.LogOutAsync(witness, """{"scope":"everywhere"}""")).AssertAccepted();
        (await app.GetAsync("/me", token)).AssertRefused("revoked");
        (await app.GetAsync("/me", token)).AssertRefused("revoked");
    }

    [Fact]
    public async Task A_repeat_is_503_while_nobody_can_tell_and_accepted_once_they_can()
    {
        await using var app = await GuardedApp.StartAsync();
        var token = app.Mint.Token();
        (await app.GetAsync("/me", token)).AssertAccepted();
        (await app.GetAsync("/me", token)).AssertAccepted();

        // Another user's grain has read nothing yet: the tokens are as good, the answers are not known.
        app.Storage.IsDown = true;
        var other = app.Mint.Token("bob");
        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCodes.Status503ServiceUnavailable, (int)(await app.GetAsync("/me", other)).StatusCode);
        app.Storage.IsDown = false;
        (await app.GetAsync("/me", other)).AssertAccepted();
    }

    private static Task<GuardedApp> StartAsync(Action<JwtBearerOptions> configure) => GuardedApp.StartAsync(
        (builder, _) => builder.Services.Configure("Bearer", configure),
        app => app.MapGet("/seen", async (HttpContext context) =>
        {
            var result = await context.AuthenticateAsync("Bearer");
            var properties = result.Properties!;
            var token = await context.GetTokenAsync("access_token");
            var header = context.Request.Headers.Authorization.ToString();
            return string.Create(CultureInfo.InvariantCulture, $"""
                claims={string.Join(',', context.User.Claims.Select(claim => claim.Type + ":" + claim.ValueType).Order())};
                identity={context.User.Identity!.AuthenticationType} {context.User.Identity.GetType().Name} {result.Ticket!.AuthenticationScheme};
                items={string.Join(',', properties.Items.Keys.Order())} {properties.Items.Count} {properties.Clone().Items.Count};
                expires={properties.ExpiresUtc:s} issued={properties.IssuedUtc:s};
                access_token={(token is null ? "" : header.EndsWith(' ' + token, StringComparison.Ordinal) ? "token" : token)};
                """);
        }).RequireAuthorization());

    private static async Task<string> ThriceAsync(GuardedApp app)
    {
        var token = app.Mint.Token(change: claims => claims["nbf"] = app.Time.GetUtcNow().ToUnixTimeSeconds());
        var seen = new HashSet<string>();
        for (var i = 0; i < 3; i++)
            seen.Add(await (await app.GetAsync("/seen", token)).Content.ReadAsStringAsync());
        return Assert.Single(seen);
    }
}
