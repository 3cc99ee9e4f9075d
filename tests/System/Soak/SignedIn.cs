using System.Collections.Concurrent;
using Curfew.System.Tests.History;

namespace Curfew.System.Tests.Soak;

/// <summary>Who is signed in, and with which clients: what users go on with, and operators choose from. Thread-safe.</summary>
internal sealed class SignedIn(SoakIssuers issuers, string round)
{
    private const int Clients = 3;

    private readonly ConcurrentDictionary<(string Issuer, int Slot), int> _generations = new();
    private readonly ConcurrentDictionary<int, ConcurrentQueue<IssuedToken>> _tokens = new();

    /// <summary>The tokens of those who are there now, revoked ones included.</summary>
    public IReadOnlyList<IssuedToken> Tokens => [.. _tokens.Values.SelectMany(tokens => tokens)];

    /// <summary>Someone new in a user's place, of nobody's tokens before.</summary>
    public ConcurrentQueue<IssuedToken> Replace(int place) => _tokens[place] = new ConcurrentQueue<IssuedToken>();

    /// <summary>
    /// A token for who is in that place: of every other one a partner's, under the name that its neighbour has at the service's own
    /// issuer.
    /// </summary>
    public IssuedToken SignIn(int place, int life, string session, Random random)
    {
        var issuer = place % 2 == 0 ? SoakIssuers.Own : place % 4 == 1 ? SoakIssuers.Exact : SoakIssuers.Now;
        var (one, other) = (Client(issuer, random.Next(Clients)), Client(issuer, random.Next(Clients)));
        var (clientId, authorizedParty) = random.Next(4) switch { 0 => (one, null), 1 => (null, one), 2 => (one, other), _ => ((string?)null, (string?)null) };
        return issuers.SignIn(issuer, $"{round}-{place / 2}-{life}", session, clientId, authorizedParty);
    }

    /// <summary>A client that is about to be cut off gets no more tokens, but another one in its place: so what is refused by mistake is seen.</summary>
    public void Retire(string issuer, string client)
    {
        for (var slot = 0; slot < Clients; slot++)
        {
            if (Client(issuer, slot) == client)
                _generations.AddOrUpdate((issuer, slot), 1, (_, generation) => generation + 1);
        }
    }

    private string Client(string issuer, int slot) => $"{round}-app-{slot}-{_generations.GetValueOrDefault((issuer, slot))}";
}
