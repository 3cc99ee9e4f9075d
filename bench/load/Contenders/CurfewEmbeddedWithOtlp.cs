using Curfew.Api.Telemetry;
using Curfew.Bench.Load.Workload;

namespace Curfew.Bench.Load.Contenders;

/// <summary>
/// <see cref="CurfewEmbedded"/>, and all that the Api exports goes to a collector: every check and request measured and traced.
/// OpenTelemetry's defaults: every request is sampled, and spans that the exporter can't keep up with are dropped.
/// </summary>
internal sealed class CurfewEmbeddedWithOtlp() : CurfewEmbedded("RS256", "-otlp")
{
    public override async Task<RunningContender> StartAsync(IssuedTokens tokens, int port)
    {
        var collector = new OtlpSink();
        var app = await StartProcessAsync(
            tokens, port, [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"]);
        var running = new RunningContender(port, app.Processes, [.. app.Owned, collector]);

        // Measured only once what it exports arrives: else this would be embedded under another name.
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(running.Address, "me"));
        await collector.SomethingArrivedAsync(TimeSpan.FromMinutes(1));
        return running;
    }

    protected override void AddServices(WebApplicationBuilder builder, IssuerKeys keys)
    {
        base.AddServices(builder, keys);
        builder.UseOrleans(silo => silo.AddTraces(builder.Configuration));
        builder.AddCurfewTelemetry(Name);
    }
}
