using BenchmarkDotNet.Attributes;

namespace Curfew.Bench.Micro;

/// <summary>The verdict over a grain's facts, for a token that names a session and a client.</summary>
[MemoryDiagnoser]
public class VerdictBenchmarks
{
    private readonly TokenIdentity _token = Tokens.Of(0);
    private readonly FactSet _none = new();
    private readonly FactSet _kept = new();

    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < 20; i++)
            _kept.Add(new Fact(new FactId(FactKind.Session, $"other-{i}"), 0, long.MaxValue));
        _kept.Add(new Fact(new FactId(FactKind.UserCutoff, ""), Tokens.IssuedAt, long.MaxValue));
        _kept.Add(new Fact(new FactId(FactKind.KeptSession, _token.Session!), Tokens.IssuedAt, long.MaxValue));
    }

    [Benchmark(Baseline = true)]
    public Verdict NoFacts() => Judge.Decide(_token, new SetLookup(_none));

    [Benchmark]
    public Verdict KeptSessionAmongTwentyFacts() => Judge.Decide(_token, new SetLookup(_kept));

    private readonly struct SetLookup(FactSet facts) : IFactLookup
    {
        public bool TryGet(FactKind kind, string id, out long number)
        {
            var found = facts.TryGet(new FactId(kind, id), out var fact);
            number = fact?.Number ?? 0;
            return found;
        }
    }
}
