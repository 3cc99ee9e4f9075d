using BenchmarkDotNet.Attributes;
using Curfew.Grains;

namespace Curfew.Bench.Micro;

/// <summary>A check in one process: through the user's grain, and from the process's own memory.</summary>
[MemoryDiagnoser]
public class GrainCheckBenchmarks
{
    private readonly TokenIdentity _token = Tokens.Of(0);
    private EmbeddedHost _strict = null!;
    private EmbeddedHost _leased = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _strict = await EmbeddedHost.StartAsync(Consistency.Strict);
        _leased = await EmbeddedHost.StartAsync(Consistency.Leased);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _strict.DisposeAsync();
        await _leased.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public async Task<Verdict> ThroughTheGrain() => await _strict.Revocations.CheckAsync(_token);

    [Benchmark]
    public async Task<Verdict> FromMemory() => await _leased.Revocations.CheckAsync(_token);
}
