using System.Diagnostics;
using System.Net;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary>Asks every node until it answers, and tells how long that took. What the answers are is for the checker to judge.</summary>
/// <param name="violate">Where it is told that a node doesn't answer, or answers what it mustn't.</param>
internal sealed class ServiceProbe(string name, Deployment deployment, Action<string> violate)
{
    /// <summary>Patience, not a promise: how long the service may take until it answers again, on a machine that is slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private int _users;

    private IEnumerable<Member> Nodes => deployment.Members.Where(member => member.Current is ApiProcess);

    /// <summary>On each node a new token is accepted, its logout acknowledged, and then every node refuses it.</summary>
    /// <param name="since">When nothing kept it from that any more.</param>
    public async Task<IReadOnlyList<Recovery>> ServesAsync(Recorder recorder, string after, string when, long since)
    {
        var silos = Task.WhenAll(deployment.Members.Where(member => member.Current is SiloProcess).Select(async silo =>
        {
            // The control's silo has no such page, and answers that once it is started.
            await UntilAsync(async () => await ((SiloProcess)silo.Current).StatusAsync("/health/ready") is HttpStatusCode.OK or HttpStatusCode.NotFound);
            return new Recovery(after, silo.Name, Stopwatch.GetElapsedTime(since));
        }));
        var nodes = Task.WhenAll(Nodes.Select(async node =>
        {
            await UntilAsync(() => deployment.Issuers.AreReady);
            await UntilAsync(async () => await IsUpAsync(Api(node)));
            var up = Stopwatch.GetElapsedTime(since);
            var wrong = await AskAsync("a new token", () => recorder.CheckAsync(Api(node), SignIn(node), CancellationToken.None), Outcome.Yes);
            var checks = Stopwatch.GetElapsedTime(since);

            // One that was answered with 503 may have had its effect.
            var token = SignIn(node);
            wrong ??= await AskAsync("a logout", () => recorder.LogOutAsync(Api(node), token, Reach.Token, CancellationToken.None), Outcome.Yes, Outcome.No);
            var logouts = Stopwatch.GetElapsedTime(since);
            foreach (var other in Nodes)
                wrong ??= await AskAsync($"what it logged out, on {other.Name}", () => recorder.CheckAsync(Api(other), token, CancellationToken.None), Outcome.No);
            if (wrong is not null)
                violate($"after {when}, {node.Name}: {wrong}");
            return new Recovery(after, node.Name, up) { Checks = checks, Logouts = logouts, Everywhere = Stopwatch.GetElapsedTime(since) };
        }));
        return [.. await silos, .. await nodes];

        IssuedToken SignIn(Member node) => deployment.Issuers.SignIn(SoakIssuers.Own, $"{name}-serves-{Interlocked.Increment(ref _users)}-{node.Name}", "s");
    }

    /// <summary>Every node refuses each of these.</summary>
    public async Task AreRefusedAsync(Recorder recorder, IEnumerable<IssuedToken> revoked) =>
        await Parallel.ForEachAsync(revoked, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (token, _) =>
        {
            foreach (var node in Nodes)
            {
                if (await UntilAnsweredAsync(() => recorder.CheckAsync(Api(node), token, CancellationToken.None)) is var answer && answer != Outcome.No)
                    violate($"an acknowledged revocation of {token.Issuer}/{token.User}/{token.Session} is lost on {node.Name}: {answer}");
            }
        });

    private static async Task<string?> AskAsync(string what, Func<Task<Outcome>> ask, params Outcome[] expected)
    {
        var outcome = await UntilAnsweredAsync(ask);
        return expected.Contains(outcome) ? null : outcome == Outcome.Unknown ? $"{what}: no answer in {Patience}" : $"{what}: {outcome}";
    }

    // The process may be another one at the next attempt.
    private static ApiProcess Api(Member node) => (ApiProcess)node.Current;

    private static async Task<bool> IsUpAsync(ApiProcess node)
    {
        try
        {
            return await node.StatusAsync("/health/live") == HttpStatusCode.OK;
        }
        catch (TaskCanceledException)
        {
            // The client has waited for long enough.
            return false;
        }
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition() && Stopwatch.GetElapsedTime(start) < Patience)
            await Task.Delay(Look, TimeProvider.System);
    }

    private static async Task<Outcome> UntilAnsweredAsync(Func<Task<Outcome>> ask)
    {
        var outcome = Outcome.Unknown;
        await UntilAsync(async () => (outcome = await ask()) != Outcome.Unknown);
        return outcome;
    }
}
