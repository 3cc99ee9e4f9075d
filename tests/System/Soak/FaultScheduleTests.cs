namespace Curfew.System.Tests.Soak;

public sealed class FaultScheduleTests
{
    private static readonly PossibleFault[] Possible =
    [
        new(FaultKind.Kill, "silo-1", ["silo-1"]), new(FaultKind.Kill, "api-1", ["api-1"]), new(FaultKind.Pause, "silo-1", ["silo-1"]),
        new(FaultKind.CutFromSilos, "silo-1", ["silo-1", "silo-2"]), new(FaultKind.Pause, "silo-2", ["silo-2"]),
        new(FaultKind.Flush, "redis", ["silo-1", "silo-2", "api-1", "redis"]),
    ];

    [Fact]
    public void TheSameSeed_IsTheSameSchedule() => Assert.Equal(Take(7).Select(fault => $"{fault}"), Take(7).Select(fault => $"{fault}"));

    // Written down, so that a seed reported today can be replayed by a later version of this code.
    [Fact]
    public void ASeed_GivesWhatItAlwaysGave() => Assert.Equal(
        ["    3.4 s  Kill api-1 for 1.0 s"], Take(1).Take(1).Select(fault => $"{fault}"));

    [Fact]
    public void AnotherSeed_IsAnotherSchedule() => Assert.NotEqual(Take(7).Select(fault => $"{fault}"), Take(8).Select(fault => $"{fault}"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20261122)]
    public void FaultsComeInOrder_AndNeverTwoAtOneMachine(int seed)
    {
        var faults = Take(seed);
        Assert.Equal(faults.OrderBy(fault => fault.At), faults);
        foreach (var (fault, i) in faults.Select((fault, i) => (fault, i)))
        {
            Assert.InRange(fault.Duration, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(9));
            Assert.DoesNotContain(
                faults.Take(i), earlier => earlier.At + earlier.Duration > fault.At && earlier.Fault.Touches.Intersect(fault.Fault.Touches).Any());
        }
    }

    [Fact]
    public void EachPossibleOneComes_BeforeAnyComesAgain()
    {
        foreach (var deck in Take(3).Select(fault => fault.Fault).Chunk(Possible.Length))
            Assert.Equal(Possible.Order(Comparer<PossibleFault>.Create(Compare)), deck.Order(Comparer<PossibleFault>.Create(Compare)));

        static int Compare(PossibleFault one, PossibleFault other) => string.CompareOrdinal($"{one.Kind} {one.Target}", $"{other.Kind} {other.Target}");
    }

    [Fact]
    public void SomeOverlap() => Assert.Contains(
        Take(1).Zip(Take(1).Skip(1)), pair => pair.First.At + pair.First.Duration > pair.Second.At);

    private static List<PlannedFault> Take(int seed) => [.. FaultSchedule.Of(seed, Possible).Take(Possible.Length * 20)];
}
