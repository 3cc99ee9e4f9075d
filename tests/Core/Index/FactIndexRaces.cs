using Curfew.Index;
using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// Readers on real threads beside growth and removal: what is there when a check begins, it finds, with its own number;
/// what was never there, it doesn't. Seen red: with a growth that publishes the new table before it is filled.
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

        var checks = new long[3];
        var readers = checks.Select((_, seed) => OnAThread(
            () =>
            {
                var random = new Random(seed);
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
                    Volatile.Write(ref checks[seed], checks[seed] + 1);
                }
            })).ToArray();

        // One thread adds what stays, another what is removed again and again.
        var passing = OnAThread(
            () =>
            {
                for (var round = 1L; !Volatile.Read(ref done); round++)
                {
                    for (var i = 0; i < 5000; i++)
                        index.Add(new UserKey("passing", $"{i}"), Fact(FactKind.UserCutoff, "", i, round * 1024));
                    index.RemoveExpired(round * 1024);
                }
            });

        // On however busy a machine: until each reader has had its turns beside the growth.
        var failed = Task.WhenAny(readers);
        var added = 0;
        while (!failed.IsCompleted && (added < Facts || checks.Min() < 1000))
        {
            index.Add(UserOf(added), Fact(FactKind.UserCutoff, "", added + 1));
            Volatile.Write(ref published, ++added);
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);
        await passing;
        index.RemoveExpired(1L << 33);
        Assert.Equal(added, index.Count);
    }

    // The thread pool starts no third thread for a while on two cores: the test would be over.
    private static Task OnAThread(Action action) => Task.Factory.StartNew(
        action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static UserKey UserOf(int i) => new("i", $"u{i}");

    private static TokenIdentity TokenOf(int i) => new(UserOf(i), TokenId.FromJti("t"), 0, 0);
}
