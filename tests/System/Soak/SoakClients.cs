using System.Collections.Concurrent;
using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>
/// Users with two devices each, who sign in, check their tokens on all nodes, log out and go on, until others take their place; and
/// operators who revoke. What was acknowledged is asked of every node at once.
/// </summary>
internal sealed class SoakClients(Deployment deployment, Recorder recorder, int users, int seed, string round)
{
    private const int Devices = 2;
    private const int Operators = 2;
    private const int StepsOfALife = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    // Longer without an answer: else those who call a node that is down take the processor from the one that starts.
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromMilliseconds(120);

    private readonly SignedIn _signedIn = new(deployment.Issuers, round);

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
    [
        .. Enumerable.Range(0, users).Select(user => RunUserAsync(user, stop)),
        .. Enumerable.Range(0, Operators).Select(each => new SoakOperator(deployment, recorder, _signedIn, seed + 15_485_863 * (each + 1)).RunAsync(stop)),
    ]);

    private async Task RunUserAsync(int user, CancellationToken stop)
    {
        try
        {
            for (var life = 0; ; life++)
            {
                var random = new Random(seed + 7919 * user + 104_729 * life);
                var tokens = _signedIn.Replace(user);
                foreach (var session in (string[])["s-0", "s-0", "s-1"])
                    tokens.Enqueue(_signedIn.SignIn(user, life, session, random));
                var devices = Enumerable.Range(0, Devices).Select(_ => new Random(random.Next())).ToList();
                await Task.WhenAll(devices.Select(device =>
                    LiveAsync(tokens, () => _signedIn.SignIn(user, life, $"s-{device.Next(4)}", device), device, stop)));
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task LiveAsync(ConcurrentQueue<IssuedToken> tokens, Func<IssuedToken> signIn, Random random, CancellationToken stop)
    {
        for (var step = 0; step < StepsOfALife; step++)
        {
            var nodes = deployment.Apis;
            var node = nodes[random.Next(nodes.Count)];
            var token = tokens.ElementAt(random.Next(tokens.Count));
            Outcome outcome;
            if (random.Next(12) == 0)
            {
                outcome = await recorder.LogOutAsync(node, token, (Reach)random.Next(4), stop);
                if (outcome == Outcome.Yes)
                    await Task.WhenAll(nodes.Select(each => recorder.CheckAsync(each, token, stop)));
                if (random.Next(2) == 0)
                    tokens.Enqueue(signIn());
            }
            else
            {
                outcome = await recorder.CheckAsync(node, token, stop);
                if (outcome == Outcome.No && random.Next(8) == 0)
                    tokens.Enqueue(signIn());
            }

            await Task.Delay((outcome == Outcome.Unknown ? PauseAfterSilence : Pause) * (0.5 + random.NextDouble()), TimeProvider.System, stop);
        }
    }
}
