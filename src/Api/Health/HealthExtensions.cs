using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Curfew.Api.Health;

/// <summary>Live: the process answers. Ready: the grains and their storage do, too.</summary>
internal static class HealthExtensions
{
    private const string ReadyTag = "ready";

    public static void AddCurfewHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<GrainHealthCheck>("grains", tags: [ReadyTag]);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
    }

    private sealed class GrainHealthCheck(Grains.Revocations revocations) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await revocations.ProbeAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (RevocationUnavailableException e)
            {
                return HealthCheckResult.Unhealthy("The grains or their storage don't answer.", e);
            }
        }
    }
}
