using System.Collections.Concurrent;
using System.Diagnostics;
using Curfew.System.Tests.Cluster;
using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>
/// Users with two devices each, who sign in, check their tokens on all nodes, log out and go on, until others take their place. What
/// was acknowledged is asked of every node at once. Tokens are signed here, as by an identity provider whose clock is right.
/// </summary>
internal sealed class SoakClients(Deployment deployment, Recorder recorder, int users, int seed, string round)
{
    private const int Devices = 2;
    private const int StepsOfALife = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, users).Select(user => RunUserAsync(user, stop)));

    public static IssuedToken SignIn(Deployment deployment, string user, string session) =>
        new(DevTokens.Mint(deployment.DataDirectory, user, session, TimeSpan.FromHours(12)), user, session, Stopwatch.GetTimestamp());

    private async Task RunUserAsync(int user, CancellationToken stop)
    {
        try
        {
            for (var life = 0; ; life++)
            {
                var name = $"{round}-{user}-{life}";
                var tokens = new ConcurrentQueue<IssuedToken>([SignIn(deployment, name, "s-0"), SignIn(deployment, name, "s-0"), SignIn(deployment, name, "s-1")]);
                var random = new Random(seed + 7919 * user + 104_729 * life);
                await Task.WhenAll(Enumerable.Range(0, Devices).Select(_ => LiveAsync(tokens, new Random(random.Next()), stop)));
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task LiveAsync(ConcurrentQueue<IssuedToken> tokens, Random random, CancellationToken stop)
    {
        for (var step = 0; step < StepsOfALife; step++)
        {
            var nodes = deployment.Apis;
            var node = nodes[random.Next(nodes.Count)];
            var token = tokens.ElementAt(random.Next(tokens.Count));
            if (random.Next(12) == 0)
            {
                if (await recorder.LogOutAsync(node, token, (Reach)random.Next(4), stop) == Outcome.Yes)
                    await Task.WhenAll(nodes.Select(each => recorder.CheckAsync(each, token, stop)));
                if (random.Next(2) == 0)
                    tokens.Enqueue(SignIn(deployment, token.User, $"s-{random.Next(4)}"));
            }
            else
            {
                await recorder.CheckAsync(node, token, stop);
            }

            await Task.Delay(Pause * (0.5 + random.NextDouble()), TimeProvider.System, stop);
        }
    }
}
