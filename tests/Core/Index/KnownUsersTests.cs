using Curfew.Index;
using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// Seen red: with a lookup that ignores the incarnation, with an older fill that replaces a later one, and with the newest
/// evicted first. Not seen red in a short run: a slot whose stamp stays while its user changes. The race is open for a few
/// nanoseconds; what closes it is argued at KnownUsersTable.Write.
/// </summary>
public sealed class KnownUsersTests
{
    [Fact]
    public void Known_UnderTheIncarnationOfItsFillOnly()
    {
        var known = new KnownUsers(1 << 20);
        var token = Token();
        Assert.False(known.TryGet(token, 1, out _));
        known.Add(token.User, 7, 100);
        Assert.True(known.TryGet(token, 7, out var since));
        Assert.Equal(100u, since);
        Assert.False(known.TryGet(token, 8, out _));
        Assert.False(known.TryGet(token, 0, out _));
        Assert.False(known.TryGet(Token(subject: "bob"), 7, out _));
        Assert.False(known.TryGet(Token(issuer: "other"), 7, out _));
    }

    [Fact]
    public void FillThatWasOvertaken_DoesNotReplaceALaterOne()
    {
        var known = new KnownUsers(1 << 20);
        var token = Token();
        known.Add(token.User, 2, 50);
        known.Add(token.User, 1, 60);
        Assert.True(known.TryGet(token, 2, out var since));
        Assert.Equal(50u, since);
        known.Add(token.User, 2, 40);
        Assert.True(known.TryGet(token, 2, out since));
        Assert.Equal(50u, since);
    }

    [Fact]
    public void Bounded_TheLongestKnownGoFirst()
    {
        var known = new KnownUsers(300_000);
        for (var i = 0; i < 50_000; i++)
            known.Add(UserOf(i), 1, (uint)i);
        Assert.InRange(known.Bytes, 1, 300_000);
        Assert.True(Enumerable.Range(49_000, 1000).All(i => known.TryGet(TokenOf(i), 1, out _)));
        Assert.InRange(Enumerable.Range(0, 50_000).Count(i => known.TryGet(TokenOf(i), 1, out _)), 11_000, 12_500);

        // Those of a lapsed lease make room at once, without growth.
        for (var i = 0; i < 10_000; i++)
            known.Add(UserOf(i), 2, 0);
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => known.TryGet(TokenOf(i), 2, out _)), 9_800, 10_000);
    }

    [Fact]
    public void MemoryPerUser_IsWithin100Bytes()
    {
        var known = new KnownUsers(1L << 30);
        var worst = 0.0;
        for (var i = 0; i < 200_000; i++)
        {
            known.Add(UserOf(i), 1, 0);
            if (i >= 1000)
                worst = Math.Max(worst, known.Bytes / (double)(i + 1));
        }

        Assert.InRange(worst, 24, 60);
        Assert.Equal(200_000, Enumerable.Range(0, 200_000).Count(i => known.TryGet(TokenOf(i), 1, out _)));
    }

    [Fact]
    public async Task Readers_NeverTakeAnotherUsersStamp()
    {
        // A table so small that each slot changes hands all the time; a user's second is its own number.
        const int users = 2000;
        var known = new KnownUsers(4096);
        var tokens = Enumerable.Range(0, users).Select(TokenOf).ToArray();
        var done = false;
        var hits = new long[3];
        var readers = hits.Select((_, seed) => Task.Factory.StartNew(() =>
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref done))
            {
                // Odd users are known under the incarnation 1 alone, even ones under 2.
                var i = random.Next(users);
                if (known.TryGet(tokens[i], 2 - ((uint)i & 1), out var since))
                {
                    Volatile.Write(ref hits[seed], hits[seed] + 1);
                    if (since != i)
                        throw new InvalidOperationException($"User {i} has the stamp of {since}.");
                }

                if (known.TryGet(tokens[i], 1 + ((uint)i & 1), out since))
                    throw new InvalidOperationException($"User {i} is known by the fill of {since}.");
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        var writerRandom = new Random(42);
        var failed = Task.WhenAny(readers);
        for (var n = 0; !failed.IsCompleted && (n < 300_000 || hits.Min() < 1000); n++)
        {
            var i = writerRandom.Next(users);
            known.Add(tokens[i].User, 2 - ((uint)i & 1), (uint)i);
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);
    }

    private static UserKey UserOf(int i) => new("i", $"u{i}");

    private static TokenIdentity TokenOf(int i) => new(UserOf(i), TokenId.FromJti("t"), 0, 0);
}
