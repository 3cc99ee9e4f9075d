using Curfew.Bench.Harness;
using Curfew.Bench.Load.Workload;

namespace Curfew.Bench.Load;

/// <summary>One system under load: <c>GET /me</c> with a bearer token answers <c>{"sub":"..."}</c>.</summary>
internal abstract class Contender
{
    /// <summary>Its name in the table and in the results.</summary>
    public abstract string Name { get; }

    /// <summary>Which tokens it is sent.</summary>
    public virtual TokenMix Tokens => new("RS256");

    /// <summary>Whether it refuses bad tokens; checked before it is measured.</summary>
    public virtual bool Authenticates => true;

    /// <summary>Starts its processes, listening on <paramref name="port"/> of the loopback.</summary>
    public abstract Task<RunningContender> StartAsync(IssuedTokens tokens, int port);

    /// <summary>The file of the tokens that it has seen before: one a line, of 1,000 users with 3 each.</summary>
    public virtual Task<string> SeenTokensAsync(IssuedTokens tokens, RunningContender running) =>
        tokens.SeenAsync(Tokens.Algorithm);
}

/// <param name="Algorithm">HS256, RS256 or ES256.</param>
/// <param name="SeenShare">
/// The share of requests whose token was sent before, from 0 to 1; the others carry one that was never sent.
/// </param>
internal sealed record TokenMix(string Algorithm, double SeenShare = 1);

/// <summary>A started contender.</summary>
/// <param name="Port">Where it listens.</param>
/// <param name="Processes">All whose CPU time counts: the application first, then its servers.</param>
/// <param name="Owned">What ends with it, in this order.</param>
internal sealed record RunningContender(
    int Port, IReadOnlyList<ChildProcess> Processes, params IAsyncDisposable[] Owned) : IAsyncDisposable
{
    public Uri Address { get; } = new($"http://127.0.0.1:{Port}");

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Owned)
            await owned.DisposeAsync();
    }
}
