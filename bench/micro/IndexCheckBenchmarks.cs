using BenchmarkDotNet.Attributes;
using Curfew.Index;

namespace Curfew.Bench.Micro;

/// <summary>
/// A whole check, filter to verdict, by tokens whose keys are remembered with them: 65,536 tokens in random order, so that
/// their own memory, too, is mostly not in the cache.
/// </summary>
[MemoryDiagnoser]
public class IndexCheckBenchmarks
{
    private const int Checks = 1 << 16;

    private FactIndex _index = null!;
    private TokenIdentity[] _without = null!, _with = null!;

    // 10,000,000 as a run of its own: CURFEW_BENCH_FACTS=10000000.
    public static IEnumerable<int> Sizes =>
        Environment.GetEnvironmentVariable("CURFEW_BENCH_FACTS") is { } facts
            ? [int.Parse(facts, System.Globalization.CultureInfo.InvariantCulture)]
            : [1_000, 1_000_000];

    [ParamsSource(nameof(Sizes))]
    public int Facts { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _index = Tokens.Index(Facts);
        var random = new Random(1);
        _without = [.. Enumerable.Range(0, Checks).Select(_ => Tokens.Of(Facts + random.Next(1_000_000)))];
        _with = [.. Enumerable.Range(0, Checks).Select(_ => Tokens.Of(random.Next(Facts)))];
        foreach (var token in _without.Concat(_with))
        {
            if (_index.Check(token) != Verdict.Valid)
                throw new InvalidOperationException("The facts are about other sessions.");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Checks)]
    public int UserWithoutFacts() => Count(_without);

    [Benchmark(OperationsPerInvoke = Checks)]
    public int UserWithAFact() => Count(_with);

    private int Count(TokenIdentity[] tokens)
    {
        var valid = 0;
        foreach (var token in tokens)
            valid += _index.Check(token) == Verdict.Valid ? 1 : 0;
        return valid;
    }
}
