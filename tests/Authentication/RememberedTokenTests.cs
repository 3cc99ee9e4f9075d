using System.Security.Claims;
using Curfew.Authentication.Bearer;
using Curfew.Authentication.Remembered;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Tests;

/// <summary>
/// A verified token is verified once; all else about it is asked on every request. Seen to fail: with expiry, or the
/// revocation, not judged for a remembered token, with a memory that outlives its keys and options, and with the app's validators not asked.
/// </summary>
public sealed class RememberedTokenTests
{
    [Fact]
    public async Task A_repeat_is_remembered_and_is_refused_once_revoked_or_expired()
    {
        await using var app = await GuardedApp.StartAsync();
        var token = app.Mint.Token();
        for (var i = 0; i < 3; i++)
            (await app.GetAsync("/me", token)).AssertAccepted();
        Assert.Equal(1, Remembered(app).Count);
        (await app.LogOutAsync(token)).AssertAccepted();
        (await app.GetAsync("/me", token)).AssertRefused("revoked");

        var other = app.Mint.Token("bob");
        (await app.GetAsync("/me", other)).AssertAccepted();
        (await app.GetAsync("/me", other)).AssertAccepted();
        app.Time.Advance(TimeSpan.FromSeconds(601));
        (await app.GetAsync("/me", other)).AssertRefused("expired");
        (await app.GetAsync("/me", other)).AssertRefused("expired");
    }

    [Fact]
    public async Task What_was_never_verified_is_never_remembered()
    {
        await using var app = await GuardedApp.StartAsync();
        var good = app.Mint.Token();
        (await app.GetAsync("/me", good)).AssertAccepted();
        for (var i = 0; i < 200; i++)
            (await app.GetAsync("/me", app.Mint.Hs256(app.Mint.Claims(), app.Mint.OtherSecret))).AssertRefused("invalid");
        Assert.Equal(1, Remembered(app).Count);
        Assert.NotNull(Remembered(app).Find(good));
    }

    [Fact]
    public async Task A_change_of_options_forgets_all()
    {
        await using var app = await GuardedApp.StartAsync();
        var token = app.Mint.Token();
        (await app.GetAsync("/me", token)).AssertAccepted();
        app.Mint.Secret.AsSpan().Clear();
        app.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>()[
            "Authentication:Schemes:Bearer:SigningKeys:0:Value"] = Convert.ToBase64String(new byte[32]);
        app.Services.GetRequiredService<IOptionsMonitorCache<JwtBearerOptions>>().TryRemove("Bearer");
        (await app.GetAsync("/me", token)).AssertRefused("invalid");
        Assert.Equal(0, Remembered(app).Count);
    }

    [Fact]
    public async Task One_requests_changes_to_its_principal_are_not_seen_by_the_next()
    {
        await using var app = await GuardedApp.StartAsync(
            (builder, _) => builder.Services.AddTransient<IClaimsTransformation, AddsToClaims>(),
            app => app.MapGet("/claims", (HttpContext context) =>
                $"{context.User.Identities.Count()} {context.User.FindAll("added").Count()} {context.User.FindFirstValue("jti")}").RequireAuthorization());
        var token = app.Mint.Token(change: c => c["jti"] = "j1");
        for (var i = 0; i < 3; i++)
            Assert.Equal("2 1 j1", await (await app.GetAsync("/claims", token)).Content.ReadAsStringAsync());
        Assert.Equal(1, Remembered(app).Count);
    }

    [Fact]
    public async Task A_copy_of_a_remembered_identity_has_its_claims_and_mapped_names()
    {
        // What claims transformations do: new ClaimsIdentity(identity) reads the list behind the virtual members.
        await using var app = await GuardedApp.StartAsync(map: app => app.MapGet("/copy", (HttpContext context) =>
        {
            var copy = new ClaimsIdentity(context.User.Identity);
            var subject = copy.FindFirst(ClaimTypes.NameIdentifier);
            return $"{copy.FindFirst("jti")?.Value} {subject?.Value} {subject?.Properties.Values.Single()} {subject?.Issuer} "
                + $"{context.User.Clone().Claims.Count()} {context.User.Claims.All(claim => claim.Subject == context.User.Identity)}";
        }).RequireAuthorization());
        var token = app.Mint.Token(change: c => c["jti"] = "j1");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                $"j1 alice sub {TokenMint.Issuer} 6 True",
                await (await app.GetAsync("/copy", token)).Content.ReadAsStringAsync());
        }

        Assert.Equal(1, Remembered(app).Count);
    }

    [Fact]
    public async Task What_the_apps_own_validators_decide_is_asked_of_them_each_time()
    {
        var open = true;
        await using var app = await GuardedApp.StartAsync((builder, _) => builder.Services.Configure<JwtBearerOptions>(
            "Bearer", options => options.TokenValidationParameters.AudienceValidator = (_, _, _) => open));
        var token = app.Mint.Token();
        (await app.GetAsync("/me", token)).AssertAccepted();
        open = false;
        (await app.GetAsync("/me", token)).AssertRefused("invalid");
        Assert.Equal(0, Remembered(app).Count);
    }

    [Fact]
    public async Task With_0_bytes_nothing_is_remembered()
    {
        await using var app = await GuardedApp.StartAsync((builder, _) => builder.Services.Configure<CurfewBearerOptions>(
            "Bearer", options => options.RememberedTokenBytes = 0));
        var token = app.Mint.Token();
        (await app.GetAsync("/me", token)).AssertAccepted();
        (await app.GetAsync("/me", token)).AssertAccepted();
        Assert.Equal(0, Remembered(app).Count);
    }

    private static BearerTokenHandler Handler(GuardedApp app) => (BearerTokenHandler)app.Services
        .GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get("Bearer").TokenHandlers[0];

    private static RememberedTokens Remembered(GuardedApp app) => Handler(app).Remembered!;

    private sealed class AddsToClaims : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            if (!principal.HasClaim("added", "here"))
                ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim("added", "here"));
            if (principal.Identities.Count() < 2)
                principal.AddIdentity(new ClaimsIdentity("extra"));
            return Task.FromResult(principal);
        }
    }
}
