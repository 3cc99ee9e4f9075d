using System.Net;
using System.Text.Json.Nodes;
using Curfew.Authentication.Streams;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication.Tests;

/// <summary>Real responses that are held open, and end when their token is logged out; pushed, and checked each second.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Pushed, and without a push by the check of each second. Which of them ended it isn't seen here: WatchTests has both.
    [Theory]
    [InlineData("""{"scope":"token"}""", true)]
    [InlineData("""{"scope":"session"}""", true)]
    [InlineData("""{"scope":"everywhere"}""", true)]
    [InlineData("""{"scope":"token"}""", false)]
    [InlineData("""{"scope":"everywhere"}""", false)]
    public async Task A_logout_ends_the_stream_and_nobody_elses(string scope, bool pushed)
    {
        await using var app = await StartAsync(pushed);
        var token = app.Mint.Token(change: Session);
        using var stream = await OpenAsync(app, token);
        using var other = await OpenAsync(app, app.Mint.Token("bob", Session));
        Assert.Equal(2, Watches(app).Count);

        using (var answer = await app.LogOutAsync(token, scope))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.Equal("ended", await RestAsync(stream));
        Assert.Equal("open", await AskAsync(app, other));
        other.Dispose();
        await UntilNoneAsync(app);
    }

    [Fact]
    public async Task Logging_out_the_others_ends_them_and_keeps_this_one()
    {
        await using var app = await StartAsync(pushed: true);
        var token = app.Mint.Token();
        using var kept = await OpenAsync(app, token);
        using var other = await OpenAsync(app, app.Mint.Token());

        using (var answer = await app.LogOutAsync(token, """{"scope":"others"}"""))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.Equal("ended", await RestAsync(other));
        Assert.Equal("open", await AskAsync(app, kept));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cutoff_of_the_client_or_the_issuer_ends_the_stream(bool client)
    {
        await using var app = await StartAsync(pushed: true);
        using var stream = await OpenAsync(app, app.Mint.Token(change: claims => claims["client_id"] = "app"));
        using var elsewhere = await OpenAsync(app, app.Mint.Hs256(app.Mint.Claims(issuer: TokenMint.OtherIssuer), app.Mint.OtherSecret));

        var revocations = app.Services.GetRequiredService<Revocations>();
        if (client)
            await revocations.RevokeClientAsync(new ClientKey(TokenMint.Issuer, "app"), new RevokeEverything(null, null));
        else
            await revocations.RevokeIssuerAsync(TokenMint.Issuer, new RevokeEverything(null, null));

        Assert.Equal("ended", await RestAsync(stream));
        Assert.Equal("open", await AskAsync(app, elsewhere));
    }

    // The token expires 1 s after the request began, and the tolerance is another.
    [Fact]
    public async Task The_tokens_expiry_ends_the_stream()
    {
        await using var app = await StartAsync(pushed: true);
        using var stream = await OpenAsync(app, app.Mint.Token(change: claims => claims["exp"] = app.Mint.Now + 1));

        Assert.Equal("ended", await RestAsync(stream));
    }

    [Fact]
    public async Task A_request_that_ends_by_itself_is_watched_no_more()
    {
        await using var app = await StartAsync(pushed: true);
        for (var i = 0; i < 20; i++)
            (await OpenAsync(app, app.Mint.Token($"user {i % 3}"))).Dispose();

        await UntilNoneAsync(app);
    }

    // The first as SignalR's hubs have it: nobody called UseWebSockets before the middleware.
    [Theory]
    [InlineData("Upgrade")]
    [InlineData("text/event-stream")]
    [InlineData("application/grpc")]
    public async Task What_lives_long_is_aborted(string kind)
    {
        await using var app = await StartAsync(pushed: true);
        var token = app.Mint.Token();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endless");
        request.Headers.Authorization = new("Bearer", token);
        if (kind == "Upgrade")
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("websocket");
        }
        else if (kind == "application/grpc")
        {
            request.Content = new ByteArrayContent([]);
            request.Content.Headers.ContentType = new(kind);
        }
        else
        {
            request.Headers.Accept.ParseAdd(kind);
        }

        using var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        (await app.LogOutAsync(token)).Dispose();

        var broken = await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync().WaitAsync(Patience));
        Assert.IsNotType<TimeoutException>(broken);
        await UntilNoneAsync(app);
    }

    // On a thread of the pool it would end the process.
    [Fact]
    public async Task Code_that_throws_when_it_is_told_harms_nobody()
    {
        await using var app = await StartAsync(pushed: true, map: routes => routes.MapGet("/throws", async (HttpContext context) =>
        {
            using var told = context.GetRevocationToken().Register(() => throw new InvalidOperationException("A bug of the app."));
            await EndAsync(context);
        }).RequireAuthorization());
        var token = app.Mint.Token();
        using var throwing = await OpenAsync(app, token, "/throws");
        using var stream = await OpenAsync(app, token);

        (await app.LogOutAsync(token)).Dispose();

        Assert.Equal("ended", await RestAsync(stream));
        Assert.Equal("ended", await RestAsync(throwing));
    }

    private static void Session(JsonObject claims) => claims["sid"] = "s-" + claims["sub"];

    private static RevocationWatches Watches(GuardedApp app) => app.Services.GetRequiredService<RevocationWatches>();

    private static Task<GuardedApp> StartAsync(bool pushed, Action<WebApplication>? map = null) => GuardedApp.StartAsync(
        (builder, _) =>
        {
            if (!pushed)
                return;

            // As an embedded app has it; the store of a test is empty.
            var facts = new ProcessFacts();
            facts.FilledWhole();
            builder.Services.AddSingleton(facts).AddSingleton<ILocalVerdicts>(facts);
        },
        app =>
        {
            app.UseAbortOnRevocation();
            app.MapGet("/open", EndAsync).RequireAuthorization();
            app.MapPost("/endless", async (HttpContext context) =>
            {
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }).RequireAuthorization();
            map?.Invoke(app);
        });

    // Says that it is open, and whether it was told that it isn't.
    private static async Task EndAsync(HttpContext context)
    {
        var revoked = context.GetRevocationToken();
        Assert.Equal(revoked, context.GetRevocationToken());
        await context.Response.Body.FlushAsync();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(revoked, context.RequestAborted);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = either.Token.UnsafeRegister(_ => ended.SetResult(), null);
        await ended.Task;
        if (revoked.IsCancellationRequested)
            await context.Response.WriteAsync("ended");
    }

    private static async Task<HttpResponseMessage> OpenAsync(GuardedApp app, string token, string path = "/open")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", token);
        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }

    private static Task<string> RestAsync(HttpResponseMessage stream) => stream.Content.ReadAsStringAsync().WaitAsync(Patience);

    // What is judged along with the others, and wasn't ended, is judged before they are told.
    private static async Task<string> AskAsync(GuardedApp app, HttpResponseMessage stream)
    {
        using var body = await stream.Content.ReadAsStreamAsync();
        var read = body.ReadAsync(new byte[8]).AsTask();
        return await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System)) == read ? "ended" : "open";
    }

    private static async Task UntilNoneAsync(GuardedApp app)
    {
        for (var i = 0; i < 600 && Watches(app).Count > 0; i++)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Equal(0, Watches(app).Count);
    }
}
