using System.Diagnostics.Metrics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Curfew.Api.Access;
using Curfew.Api.Hosting;
using Curfew.Authentication;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Curfew.Api.OperatorConsole;

/// <summary>
/// The live figures of this node as server-sent events, one a second: <c>about</c> first, then <c>figures</c>; <c>unavailable</c>
/// while it can't be known whether the operator's token was revoked, and <c>end</c> when it was, or has expired. What a
/// logged-out operator may not ask for is not streamed to them either, so the token is checked before every event.
/// </summary>
internal sealed class ConsoleStream(
    Grains.Revocations revocations,
    ClusterFigures cluster,
    IMeterFactory meters,
    IConfiguration configuration,
    IServiceProvider services,
    Scopes scopes,
    IOptions<JsonOptions> json,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    /// <summary>How many consoles may be open on one node.</summary>
    public const int MaxOpen = 64;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // Silos, nodes and users are asked for every so many events.
    private const int ClusterEvery = 5;

    private int _open;

    public IResult Open(HttpContext context)
    {
        if (Interlocked.Increment(ref _open) > MaxOpen)
        {
            Interlocked.Decrement(ref _open);
            return TypedResults.Problem(
                $"{MaxOpen} consoles are open on this node: close one, or wait.", statusCode: StatusCodes.Status429TooManyRequests);
        }

        context.Response.RegisterForDispose(new Slot(this));

        // nginx would hold events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var token = context.GetTokenIdentity()!;
        var about = new About(
            token.User.Subject, token.User.Issuer, token.Expires, scopes.Grants(token, context.User, Scopes.Admin),
            ConfiguredIssuers.Of(configuration), HostingOptions.Of(configuration).Hosting,
            services.GetService<ILocalSiloDetails>() is not null, HostingOptions.Of(configuration).FailsOpen, Environment.MachineName, time.GetUtcNow().ToUnixTimeSeconds());
        return TypedResults.ServerSentEvents(EventsAsync(token, about, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(
        TokenIdentity token, About about, [EnumeratorCancellation] CancellationToken aborted)
    {
        // A stop of the service doesn't wait for consoles.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        using var tally = new FigureTally(meters);
        yield return Event("about", about);

        using var timer = new PeriodicTimer(Period, time);
        var counting = time.GetTimestamp();
        var processes = default(ClusterFigures.Processes);
        for (var tick = 0; await TickAsync(timer, ending.Token); tick++)
        {
            if (time.GetUtcNow().ToUnixTimeSeconds() >= token.Expires)
            {
                yield return Event("end", new End("expired"));
                yield break;
            }

            if (tick % ClusterEvery == 0)
                processes = await AskClusterAsync(ending.Token);
            var verdict = await CheckAsync(token, ending.Token);
            if (verdict == Verdict.None)
            {
                yield return new SseItem<string>("{}", "unavailable");
                continue;
            }

            if (verdict != Verdict.Valid)
            {
                yield return Event("end", new End("revoked"));
                yield break;
            }

            var now = time.GetTimestamp();
            var counted = tally.Take();
            yield return Event("figures", new Figures(
                time.GetUtcNow().ToUnixTimeSeconds(), time.GetElapsedTime(counting, now).TotalSeconds, counted.Checks, counted.Revocations,
                counted.FailOpen, counted.Facts, processes.Users, processes.Silos, processes.Nodes, processes.Ready));
            counting = now;
        }
    }

    private async Task<Verdict> CheckAsync(TokenIdentity token, CancellationToken ending)
    {
        try
        {
            // Not one of the checks that the figures are about.
            return await revocations.CheckUncountedAsync(token, ending);
        }
        catch (RevocationUnavailableException)
        {
            return Verdict.None;
        }
        catch (OperationCanceledException)
        {
            return Verdict.None;
        }
    }

    private async Task<ClusterFigures.Processes> AskClusterAsync(CancellationToken ending)
    {
        try
        {
            return await cluster.AskAsync(ending);
        }
        catch (OperationCanceledException)
        {
            return default;
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken ending)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ending);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private SseItem<string> Event<T>(string name, T data) => new(JsonSerializer.Serialize(data, json.Value.SerializerOptions), name);

    private sealed class Slot(ConsoleStream stream) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref stream._open);
    }
}
