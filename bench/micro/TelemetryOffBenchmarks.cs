using BenchmarkDotNet.Attributes;
using Curfew.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Curfew.Bench.Micro;

/// <summary>
/// A check from memory without instruments, and with those of a process from which nobody takes metrics or traces: as a request
/// asks (<see cref="Revocations.TryCheck"/>), and awaited.
/// </summary>
[MemoryDiagnoser]
public class TelemetryOffBenchmarks
{
    private readonly TokenIdentity _token = Tokens.Of(0);
    private EmbeddedHost _host = null!;
    private Revocations _without = null!, _with = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _host = await EmbeddedHost.StartAsync(Consistency.Leased);
        _with = Over(_host.Services.GetRequiredService<CurfewInstruments>());
        _without = Over(null);
        if (!TryWithoutInstruments() || !TryNobodyListens())
            throw new InvalidOperationException("Memory doesn't answer, or somebody listens.");

        Revocations Over(CurfewInstruments? instruments) => new(
            _host.Services.GetRequiredService<IGrainFactory>(), _host.Services.GetRequiredService<IOptions<RevocationClientOptions>>(),
            TimeProvider.System, _host.Services.GetRequiredService<ILocalVerdicts>(), instruments);
    }

    [GlobalCleanup]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Benchmark(Baseline = true)]
    public bool TryWithoutInstruments() => _without.TryCheck(_token, out _);

    [Benchmark]
    public bool TryNobodyListens() => _with.TryCheck(_token, out _);

    [Benchmark]
    public ValueTask<Verdict> WithoutInstruments() => _without.CheckAsync(_token);

    [Benchmark]
    public ValueTask<Verdict> NobodyListens() => _with.CheckAsync(_token);
}
