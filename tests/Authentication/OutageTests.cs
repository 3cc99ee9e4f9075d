using Curfew.Authentication.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Curfew.Authentication.Tests;

/// <summary>When nobody can tell: closed, 503, and one line in the log (guarantee G5).</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task An_unknown_answer_is_503_and_anonymous_where_that_is_allowed()
    {
        await using var app = await GuardedApp.StartAsync();
        app.Storage.IsDown = true;
        for (var i = 0; i < 5; i++)
            (await app.GetAsync("/me", app.Mint.Token("user" + i))).AssertUnknown();
        (await app.LogOutAsync(app.Mint.Token("user9"))).AssertUnknown();
        Assert.Equal("anonymous", await (await app.GetAsync("/anyone", app.Mint.Token())).Content.ReadAsStringAsync());

        // What can be known without asking is said still.
        (await app.GetAsync("/me", null)).AssertAsksForToken();
        (await app.GetAsync("/me", "x")).AssertRefused("invalid");
        var errors = app.Log.Lines.Where(line => line.Level >= LogLevel.Error
            && line.Category.StartsWith("Curfew.Authentication.Checks", StringComparison.Ordinal)).ToList();
        Assert.True(errors.Count == 1, string.Join("\n", errors));

        app.Storage.IsDown = false;
        (await app.GetAsync("/me", app.Mint.Token("user10"))).AssertAccepted();
    }

    [Fact]
    public async Task Failing_open_is_a_choice_that_is_loud_and_that_an_endpoint_can_veto()
    {
        await using var app = await GuardedApp.StartAsync(
            (builder, _) => builder.Services.Configure<CurfewBearerOptions>("Bearer", options => options.FailOpen = true),
            app => app.MapGet("/admin", () => "secret").RequireAuthorization().WithMetadata(new RequireRevocationCheckAttribute()));
        app.Storage.IsDown = true;

        (await app.GetAsync("/me", app.Mint.Token("a"))).AssertAccepted();
        (await app.GetAsync("/me", app.Mint.Token("b"))).AssertAccepted();
        (await app.GetAsync("/admin", app.Mint.Token("c"))).AssertUnknown();
        (await app.LogOutAsync(app.Mint.Token("d"))).AssertUnknown();
        (await app.GetAsync("/me", app.Mint.Hs256(app.Mint.Claims(), app.Mint.OtherSecret))).AssertRefused("invalid");
        Assert.Contains("FAILING OPEN", Assert.Single(app.Log.Lines, line => line.Level == LogLevel.Critical).Text, StringComparison.Ordinal);
    }
}
