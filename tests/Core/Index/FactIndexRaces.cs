using Curfew.Index;
using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// Readers on real threads beside growth and removal: what is there when a check begins, it finds, with its own number;
/// what was never there, it doesn't.
/// </summary>
public sealed class FactIndexRaces
{
    private const int Facts = 200_000;

    [Fact]
    public async Task Readers_NeverMissALiveFactNorMeetAnothers()
    {
        var index = new FactIndex();
        var published = 0;
        var done = false;

        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(
            () =>
            {
                var random = new Random(seed);
                var checks = 0L;
                while (!Volatile.Read(ref done))
                {
                    var until = Volatile.Read(ref published);
                    if (until == 0)
                        continue;

                    // Mostly the newest: they are where the table grows.
                    var i = random.Next(2) == 0 ? random.Next(until) : Math.Max(0, until - 1 - random.Next(64));
                    var token = TokenOf(i);
                    if (!index.For(token).TryGet(FactKind.UserCutoff, "", out var number))
                        throw new InvalidOperationException($"Fact {i} of {until} was missed.");
                    if (number != i + 1)
                        throw new InvalidOperationException($"Fact {i} had the number {number}.");
                    if (index.For(TokenOf(-1 - i)).TryGet(FactKind.UserCutoff, "", out number))
                        throw new InvalidOperationException($"A fact that nobody added had the number {number}.");
                    checks++;
                }

                return checks;
            })).ToArray();

        // One thread adds what stays, another what is removed again and again.
        var passing = Task.Run(
            () =>
            {
                for (var round = 1L; !Volatile.Read(ref done); round++)
                {
                    for (var i = 0; i < 5000; i++)
                        index.Add(new UserKey("passing", $"{i}"), Fact(FactKind.UserCutoff, "", i, round * 1024));
                    index.RemoveExpired(round * 1024);
                }
            });
        var reader = Task.WhenAny(readers);
        for (var i = 0; i < Facts && !reader.IsCompleted; i++)
        {
            index.Add(UserOf(i), Fact(FactKind.UserCutoff, "", i + 1));
            Volatile.Write(ref published, i + 1);
        }

        Volatile.Write(ref done, true);
        var checks = await Task.WhenAll(readers);
        await passing;
        Assert.All(checks, count => Assert.True(count > 1000, $"Only {count} checks ran."));
        index.RemoveExpired(1L << 33);
        Assert.Equal(Facts, index.Count);
    }

    private static UserKey UserOf(int i) => new("i", $"u{i}");

    private static TokenIdentity TokenOf(int i) => new(UserOf(i), TokenId.FromJti("t"), 0, 0);
}
