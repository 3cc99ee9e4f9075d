using BenchmarkDotNet.Attributes;
using Curfew.Index;

namespace Curfew.Bench.Micro;

/// <summary>A million facts of a million users into an empty index, growing as it goes: one thread.</summary>
[SimpleJob(launchCount: 1, warmupCount: 1, iterationCount: 5, invocationCount: 1)]
public class IndexFillBenchmarks
{
    private readonly (UserKey User, Fact Fact)[] _facts =
        [.. Enumerable.Range(0, 1_000_000).Select(i => (Tokens.User(i), Tokens.Ended(i)))];

    [Benchmark]
    public long OneMillionFacts()
    {
        var index = new FactIndex();
        foreach (var (user, fact) in _facts)
            index.Add(user, fact);
        return index.Count;
    }
}
