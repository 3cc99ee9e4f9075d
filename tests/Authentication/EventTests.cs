using System.Security.Claims;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication.Tests;

/// <summary>The app's own JwtBearer events go on working, and none of them lets a revoked token in.</summary>
public sealed class EventTests
{
    public static TheoryData<string> Endings => new("success", "no result", "fail", "throw", "nothing");

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task A_validated_event_of_the_apps_cannot_skip_the_check(string ending)
    {
        var seen = 0;
        await using var app = await StartAsync(options => options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                seen++;
                return End(context, ending);
            },
        });
        var token = app.Mint.Token();
        var before = await app.GetAsync("/me", token);
        if (ending is "success" or "nothing")
            before.AssertAccepted();
        Assert.Equal(1, seen);

        await RevokeAsync(app, token);
        var after = await app.GetAsync("/me", token);
        after.AssertRefused("revoked");
        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task Events_from_a_type_are_used_and_checked()
    {
        await using var app = await StartAsync(options => options.EventsType = typeof(LenientEvents));
        var token = app.Mint.Token();
        (await app.GetAsync("/me", token)).AssertAccepted();
        await RevokeAsync(app, token);
        (await app.GetAsync("/me", token)).AssertRefused("revoked");
    }

    [Fact]
    public async Task An_event_that_vouches_for_somebody_without_a_verified_token_is_refused()
    {
        static ClaimsPrincipal Mallory() => new(new ClaimsIdentity([new Claim("sub", "mallory")], "made up"));
        await using var received = await StartAsync(options => options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                context.Principal = Mallory();
                context.Success();
                return Task.CompletedTask;
            },
        });
        (await received.GetAsync("/me", received.Mint.Token())).AssertRefused("invalid");

        await using var failed = await StartAsync(options => options.Events = new JwtBearerEvents
        {
            OnAuthenticationFailed = context =>
            {
                context.Principal = Mallory();
                context.Success();
                return Task.CompletedTask;
            },
        });
        (await failed.GetAsync("/me", "x")).AssertRefused("invalid");
        (await failed.GetAsync("/me", failed.Mint.Token())).AssertAccepted();
    }

    [Fact]
    public async Task A_token_from_elsewhere_is_checked_like_one_from_the_header()
    {
        await using var app = await StartAsync(options => options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                context.Token = context.Request.Cookies["token"];
                return Task.CompletedTask;
            },
        });
        var token = app.Mint.Token();
        app.Client.DefaultRequestHeaders.Add("Cookie", "token=" + token);
        (await app.GetAsync("/me", null)).AssertAccepted();
        await RevokeAsync(app, token);
        (await app.GetAsync("/me", null)).AssertRefused("revoked");
    }

    private static Task<GuardedApp> StartAsync(Action<JwtBearerOptions> configure) => GuardedApp.StartAsync((builder, _) =>
    {
        builder.Services.AddTransient<LenientEvents>();
        builder.Services.Configure("Bearer", configure);
    });

    private static async Task RevokeAsync(GuardedApp app, string token)
    {
        var payload = System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!;
        var identity = new TokenIdentity(
            new UserKey((string)payload["iss"]!, (string)payload["sub"]!), TokenId.FromJti((string)payload["jti"]!),
            (long)payload["iat"]!, (long)payload["exp"]!);
        var result = await app.Services.GetRequiredService<Grains.Revocations>().LogOutAsync(identity, Grains.LogoutScope.Token);
        Assert.True(result.Revoked);
    }

    private static Task End(TokenValidatedContext context, string ending)
    {
        switch (ending)
        {
            case "success":
                context.Success();
                break;
            case "no result":
                context.NoResult();
                break;
            case "fail":
                context.Fail("no");
                break;
            case "throw":
                throw new InvalidOperationException("The app's own bug.");
        }

        return Task.CompletedTask;
    }

    private sealed class LenientEvents : JwtBearerEvents
    {
        public override Task TokenValidated(TokenValidatedContext context)
        {
            context.Success();
            return Task.CompletedTask;
        }
    }
}
