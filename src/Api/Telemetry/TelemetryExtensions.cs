using Curfew.Grains;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Curfew.Api.Telemetry;

/// <summary>
/// Metrics and traces by OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set: Curfew's, ASP.NET Core's and Orleans's. The
/// standard <c>OTEL_*</c> settings apply. Where it isn't set, nothing is collected and nothing is in the way.
/// </summary>
internal static class TelemetryExtensions
{
    public static void AddCurfewTelemetry(this WebApplicationBuilder builder, string name)
    {
        if (!ExportsTelemetry(builder.Configuration))
            return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (builder.Configuration["OTEL_SERVICE_NAME"] is null)
                    resource.AddService(name);
            })
            .WithMetrics(metrics => metrics
                .AddMeter(CurfewInstruments.Name, "Microsoft.Orleans")
                .AddAspNetCoreInstrumentation())
            .WithTracing(traces => traces
                .AddSource(CurfewInstruments.Name, "Microsoft.Orleans.*")
                .AddAspNetCoreInstrumentation(web => web.Filter = IsOfInterest))
            .UseOtlpExporter();
    }

    public static bool ExportsTelemetry(this IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <summary>A trace goes on in the grain that is called. It costs every call, so only where traces are exported.</summary>
    public static void AddTraces(this ISiloBuilder silo, IConfiguration configuration)
    {
        if (ExportsTelemetry(configuration))
            silo.AddActivityPropagation();
    }

    public static void AddTraces(this IClientBuilder client, IConfiguration configuration)
    {
        if (ExportsTelemetry(configuration))
            client.AddActivityPropagation();
    }

    // Probes come every few seconds, and the console's stream lasts for hours.
    private static bool IsOfInterest(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments("/console", StringComparison.Ordinal);
}
