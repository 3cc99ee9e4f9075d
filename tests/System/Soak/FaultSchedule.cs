namespace Curfew.System.Tests.Soak;

/// <summary>
/// Which faults come when: a pure function of the seed and of what is possible, so that a run can be made again. Faults overlap, but
/// never two at one machine. Each possible one comes once before any comes again.
/// </summary>
internal static class FaultSchedule
{
    // Faults begin this far apart: near enough to overlap, far enough for the service to serve between them.
    private static readonly (double Least, double Most) Gap = (1.5, 6);

    // From a hiccup to far beyond a lease's length and the time after which a silo is declared dead.
    private static readonly (double Least, double Most) Duration = (0.3, 9);

    // What a machine is left alone after a fault.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <returns>Faults without end, in the order of their times.</returns>
    public static IEnumerable<PlannedFault> Of(int seed, IReadOnlyList<PossibleFault> possible)
    {
        var random = new Random(seed);
        var freeAt = new Dictionary<string, TimeSpan>();
        var at = TimeSpan.Zero;
        while (possible.Count > 0)
        {
            var deck = possible.ToArray();
            random.Shuffle(deck);
            foreach (var fault in deck)
            {
                at += TimeSpan.FromSeconds(Gap.Least + random.NextDouble() * (Gap.Most - Gap.Least));
                foreach (var machine in fault.Touches)
                    at = Later(at, freeAt.GetValueOrDefault(machine));

                // As many short ones as long ones: evenly over the logarithm.
                var duration = TimeSpan.FromSeconds(Math.Round(Duration.Least * Math.Pow(Duration.Most / Duration.Least, random.NextDouble()), 1));
                foreach (var machine in fault.Touches)
                    freeAt[machine] = at + duration + Rest;
                yield return new PlannedFault(at, fault, duration);
            }
        }
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
