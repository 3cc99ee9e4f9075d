using Curfew.Api.Telemetry;
using Curfew.Grains;
using Orleans.Dashboard;

namespace Curfew.Api.Hosting;

internal static class HostingExtensions
{
    public static void AddCurfewHosting(this IHostApplicationBuilder builder, bool dashboard = true)
    {
        var options = HostingOptions.Of(builder.Configuration);
        switch (options.Hosting)
        {
            case HostingOptions.Cluster:
                builder.AddCurfewCluster(consistency: options.Consistency ?? Consistency.Strict);
                builder.UseOrleansClient(client => client.AddTraces(builder.Configuration));
                break;

            // Anything else is refused with all other errors, when the host is built.
            default:
                builder.AddCurfewEmbedded(
                    options.DataDirectory,
                    silo =>
                    {
                        if (dashboard)
                            silo.AddDashboard();
                        silo.AddTraces(builder.Configuration);
                    },
                    options.Consistency ?? Consistency.Leased);
                break;
        }
    }
}
