using System.Globalization;

namespace Curfew.Tests;

/// <summary>
/// Runs of seeded, replayable mutations. <c>CURFEW_FUZZ_SEED</c> repeats a run, <c>CURFEW_FUZZ_ROUNDS</c> multiplies its
/// length (default 1: about a second a test).
/// </summary>
internal static class Fuzz
{
    public static void Run(int rounds, Action<Random> round)
    {
        foreach (var (random, name) in Rounds(rounds))
        {
            try
            {
                round(random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{name}: {e.Message}", e);
            }
        }
    }

    public static async Task RunAsync(int rounds, Func<Random, ValueTask> round)
    {
        foreach (var (random, name) in Rounds(rounds))
        {
            try
            {
                await round(random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{name}: {e.Message}", e);
            }
        }
    }

    /// <summary>One to four random edits: bytes flipped, inserted, removed, doubled, or spliced from elsewhere.</summary>
    public static byte[] Mutate(Random random, ReadOnlySpan<byte> seed, IReadOnlyList<byte[]> splices)
    {
        var bytes = new List<byte>(seed.ToArray());
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 8), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.InsertRange(at, splices[random.Next(splices.Count)]);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Text that keys and ids trip over, lone surrogates included.</summary>
    public static string Text(Random random)
    {
        string[] parts =
        [
            "a", "b", "A", "|", "%", "%7C", "%7c", "%25", "%ED%A0%80", "/", "\\", ":", "jti:", "sha256:", " ", "+", "ü", "u\u0308",
            "😀", "\ud83d", "\ude00", "\u0000", "\u202e", "\u200f", "\ufeff", "\uffff", "\ufffd", "0", "z\n", ".", "..",
        ];
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => parts[random.Next(parts.Length)]));
    }

    // A generator for each round: one round can be looked at alone.
    private static IEnumerable<(Random Random, string Name)> Rounds(int rounds)
    {
        var seed = Number("CURFEW_FUZZ_SEED") ?? Random.Shared.Next();
        rounds *= Number("CURFEW_FUZZ_ROUNDS") ?? 1;
        for (var i = 0; i < rounds; i++)
            yield return (new Random(unchecked((seed * 31) + i)), $"Round {i} of CURFEW_FUZZ_SEED={seed}");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
