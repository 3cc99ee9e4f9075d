using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>
/// Someone on call who revokes what users and clients have: a token or a session by its id, all of a user, of a client, of an issuer.
/// What was acknowledged is asked of every node at once.
/// </summary>
internal sealed class SoakOperator(Deployment deployment, Recorder recorder, SignedIn signedIn, int seed)
{
    // Of tokens that a cutoff covers: each would be asked of every node.
    private const int AskedOfACutoff = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly string _token = deployment.Issuers.Operator();

    public async Task RunAsync(CancellationToken stop)
    {
        var random = new Random(seed);
        try
        {
            while (true)
            {
                await Task.Delay(Pause * (0.5 + random.NextDouble()), TimeProvider.System, stop);
                var tokens = signedIn.Tokens;
                if (tokens.Count > 0 && Choose(tokens[random.Next(tokens.Count)], random) is { } asked)
                    await RevokeAsync(asked, random, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task RevokeAsync(Call asked, Random random, CancellationToken stop)
    {
        var nodes = deployment.Apis;
        var revocation = await recorder.RevokeAsync(nodes[random.Next(nodes.Count)], _token, asked, stop);
        if (revocation.Outcome != Outcome.Yes)
            return;
        var covered = signedIn.Tokens.Where(revocation.Covers).ToArray();
        random.Shuffle(covered);
        await Task.WhenAll(covered.Take(AskedOfACutoff).SelectMany(token => nodes.Select(node => recorder.CheckAsync(node, token, stop))));
    }

    private Call? Choose(IssuedToken token, Random random)
    {
        var kind = random.Next(20);
        long? now = random.Next(2) == 0 ? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() : null;
        if (kind < 2 && token.Issuer != SoakIssuers.Own)
        {
            // Taken with a clock that is minutes ahead, it would leave nothing to accept of the issuer for as long.
            return token.Issuer == SoakIssuers.Exact ? Of(token, Reach.Issuer) with { Before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() }
                : recorder.ClocksDiffer ? null
                : Of(token, Reach.Issuer);
        }

        if (kind < 7 && (token.ClientId ?? token.AuthorizedParty) is { } client)
        {
            signedIn.Retire(token.Issuer, client);
            return Of(token, Reach.Client) with { Client = client, Before = now };
        }

        return kind < 10 ? Of(token, Reach.Everything) with { Before = now } : Of(token, kind < 15 ? Reach.Session : Reach.Token);
    }

    private static Call Of(IssuedToken token, Reach reach) => new(token, reach, 0, 0, Outcome.Unknown);
}
