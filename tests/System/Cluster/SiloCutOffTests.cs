using System.Collections.Concurrent;
using System.Net;
using Curfew.System.Tests.History;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// A silo that is cut off from Redis, but from nobody else: it stays in the membership, and is asked for its users as before (guarantee
/// G2). What it holds in memory and others change is the cutoffs of clients.
/// </summary>
public sealed class SiloCutOffTests(ITestOutputHelper output)
{
    private const int Clients = 24;
    private const int UsersOfAClient = 5;
    private const int Attempts = 10;

    // Red when a silo answers though its lease is over (ProcessLease without IsLive): it accepts what others have cut off. No time is
    // raced: the silo is never declared dead, and hears of nothing until the end.
    [Fact]
    public async Task CutOffFromRedis_ClientsCutOffElsewhere_AcceptsNoneOfTheirTokens()
    {
        await using var cluster = CurfewCluster.Create(("Curfew:Cluster:LeaseLength", "00:00:01"));
        await using var proxy = new TcpProxy(cluster.Redis.Port);
        await cluster.Redis.StartAsync();
        await cluster.InitializeAsync();
        cluster.LaunchSilo();
        var cutOff = cluster.LaunchSilo(("Curfew:Cluster:Redis", $"127.0.0.1:{proxy.Port}"));
        var api = cluster.LaunchApi();
        await cluster.ReadyAsync();

        // All are answered from memory now, and each silo holds every client's cutoff.
        var traffic = new Traffic(() => cluster.Apis, TimeSpan.Zero);
        var tokens = Enumerable.Range(0, Clients).SelectMany(client => Enumerable.Range(0, UsersOfAClient).Select(user =>
            Token(cluster, $"user-{client}-{user}", $"app-{client}"))).ToList();
        await Parallel.ForEachAsync(tokens, async (token, _) => Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(api, token)));

        proxy.Cut();

        // Not those whose grain, or the operator's, or what keeps the reminder is on the silo that is cut off; and of the others some have
        // all their users elsewhere. So until there were tokens of both silos.
        var acknowledged = new ConcurrentDictionary<string, bool>();
        var outcomes = new ConcurrentBag<Outcome>();
        for (var attempt = 0; !outcomes.Contains(Outcome.No) || !outcomes.Contains(Outcome.Unknown); attempt++)
        {
            Assert.True(attempt < Attempts, $"{acknowledged.Count} clients were cut off, and their tokens {string.Join(' ', outcomes)}.");
            await Parallel.ForAsync(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (client, _) =>
            {
                var admin = await api.TokenAsync($"operator-{client}-{attempt}", scope: "curfew:admin");
                using var answer = await api.SendAsync(HttpMethod.Post, "/revocations", admin, $$"""{"iss":"curfew-dev","client_id":"app-{{client}}","everything":true}""");
                if (answer.StatusCode == HttpStatusCode.OK)
                    acknowledged[$"app-{client}"] = true;
            });
            await Parallel.ForEachAsync(
                tokens.Where(token => acknowledged.ContainsKey(token.ClientId!)), async (token, _) => outcomes.Add(await traffic.CheckAsync(api, token, CancellationToken.None)));
            Assert.DoesNotContain(Outcome.Yes, outcomes);
        }

        output.WriteLine(
            $"{acknowledged.Count} of {Clients} clients cut off; of their tokens {outcomes.Count(outcome => outcome == Outcome.No)} refused, {outcomes.Count(outcome => outcome == Outcome.Unknown)} 503");
        Assert.False(cutOff.Process.HasExited, cutOff.Process.Output);
        Assert.True(await cluster.IsActiveAsync(cutOff), "The silo was declared dead: nobody asked it.");
    }

    private static IssuedToken Token(CurfewCluster cluster, string user, string client) =>
        new(DevTokens.Mint(cluster.DataDirectory, user, client), user, null, 0) { ClientId = client };
}
