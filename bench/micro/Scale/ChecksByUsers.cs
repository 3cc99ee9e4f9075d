using System.Diagnostics;
using Curfew.Grains;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Bench.Micro.Scale;

/// <summary>
/// Checks in one process with more and more users that have facts: in its index, which start-up fills and which answers.
/// One thread, 100,000 tokens in turn that were seen before, of users with facts and of others; from the app's own client.
/// </summary>
internal static class ChecksByUsers
{
    private const int Tokens = 100_000;

    public static async Task<IReadOnlyList<Point>> RunAsync(IReadOnlyList<int> users)
    {
        await using var host = await EmbeddedHost.StartAsync(Consistency.Leased);
        var facts = host.Services.GetRequiredService<ProcessFacts>();
        var points = new List<Point>();
        var filled = 0;
        foreach (var count in users)
        {
            for (; filled < count; filled++)
                facts.Add(FactScope.Of(Micro.Tokens.User(filled)), [Micro.Tokens.Ended(filled) with { Expires = 4_000_000_000 }]);
            points.Add(new Point(
                count, Nanoseconds(host.Revocations, i => i % count), Nanoseconds(host.Revocations, i => int.MaxValue - i)));
        }

        return points;
    }

    private static double Nanoseconds(Revocations revocations, Func<int, int> user)
    {
        // Spread over all users, in an order that no cache foresees.
        var random = new Random(1);
        var tokens = Enumerable.Range(0, Tokens).Select(_ => Micro.Tokens.Of(user(random.Next(int.MaxValue / 2)))).ToArray();
        var rounds = new List<double>();
        for (var round = 0; round < 7; round++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var token in tokens)
            {
                if (!revocations.TryCheck(token, out var verdict) || verdict != Verdict.Valid)
                    throw new InvalidOperationException($"The check says {verdict}.");
            }

            rounds.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / tokens.Length);
        }

        // The first two hash the tokens' keys and warm up.
        return rounds.Skip(2).Order().ElementAt(2);
    }

    /// <summary>Nanoseconds a check, median of five rounds: of users with a fact about another session, and of users without.</summary>
    internal sealed record Point(int Users, double WithFactsNs, double WithoutFactsNs);
}
