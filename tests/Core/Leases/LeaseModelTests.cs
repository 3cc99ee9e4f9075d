using System.Globalization;
using Curfew.Leases.Model;
using Xunit.Abstractions;

namespace Curfew.Leases;

/// <summary>
/// The real state machines under virtual time, explored seed by seed. CURFEW_MODEL_SEEDS sets how many (default 20,000).
/// </summary>
public class LeaseModelTests(ITestOutputHelper output)
{
    private static readonly int Seeds = int.Parse(
        Environment.GetEnvironmentVariable("CURFEW_MODEL_SEEDS") ?? "20000", CultureInfo.InvariantCulture);

    [Fact]
    public void NoCheckThatStartsAfterAnAcknowledgedLogoutAccepts()
    {
        var total = new Counts();
        string? failure = null;
        Parallel.For(0, Seeds, (seed, loop) =>
        {
            var (outcome, counts) = Schedule.Run(seed, Mutation.None);
            lock (total)
            {
                total.Add(counts);
                if ((outcome.Violation ?? outcome.Stuck) is { } found)
                {
                    failure ??= $"Seed {seed}: {found}";
                    loop.Stop();
                }
            }
        });

        output.WriteLine(
            $"{Seeds} schedules, {total.Checks} checks, {total.FromMemory} from memory, {total.Acknowledged} logouts acknowledged, "
            + $"{total.Fenced} fences, {total.Taken} leases taken, {total.Discarded} fills discarded, {total.PersistedAgain} persisted again");
        Assert.Null(failure);

        // Schedules that never get where it is dangerous would prove nothing.
        Assert.True(total.FromMemory > total.Checks / 10);
        Assert.True(total.Acknowledged > Seeds && total.Fenced > Seeds / 10 && total.Discarded > Seeds / 100 && total.PersistedAgain > 0);
    }

    public static TheoryData<Mutation> Mutations => new(Enum.GetValues<Mutation>().Where(mutation => mutation != Mutation.None));

    [Theory]
    [MemberData(nameof(Mutations))]
    public void EachBrokenRuleIsFound(Mutation mutation)
    {
        const int Patience = 40_000;
        for (var seed = 0; seed < Patience; seed++)
        {
            if (Schedule.Run(seed, mutation).Outcome.Violation is not { } found) continue;
            output.WriteLine($"Seed {seed}: {found}");
            return;
        }

        Assert.Fail($"{Patience} schedules without {mutation} being noticed: the model is blind to it.");
    }
}
