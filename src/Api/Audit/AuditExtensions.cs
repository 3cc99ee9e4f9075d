using Curfew.Grains;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Audit;

/// <summary>The audit trail of revocations, where <c>Curfew:Audit:File</c> says where it goes.</summary>
internal static class AuditExtensions
{
    public const string Section = "Curfew:Audit";

    public static void AddAudit(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuditOptions>().BindConfiguration(Section).Validate<AuditOptions>(options => options.Validate());
        if (builder.Configuration.GetSection(Section)[nameof(AuditOptions.File)] is not { Length: > 0 } file)
            return;
        services.AddHttpContextAccessor();
        services.AddSingleton<IAuditDestination>(provider =>
            provider.GetRequiredService<IOptions<AuditOptions>>().Value is { IsStandardOutput: false } options
                ? new AuditFile(options.File!, options.FlushToDisk)
                : new AuditOutput());
        services.AddSingleton(provider => new AuditTrail(
            provider.GetRequiredService<IAuditDestination>(),
            provider.GetRequiredService<IOptions<AuditOptions>>().Value.ReadKey(),
            provider.GetRequiredService<IHttpContextAccessor>(),
            provider.GetRequiredService<CurfewInstruments>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditTrail>>()));
        services.TryAddSingleton<IRevocationAudit>(provider => provider.GetRequiredService<AuditTrail>());
        services.AddHostedService<AuditLifetime>();

        // Events alone on standard output.
        if (file == AuditOptions.StandardOutput)
            services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
