using Curfew.Grains;
using Orleans.Dashboard;

namespace Curfew.Api.Hosting;

internal static class HostingExtensions
{
    public static void AddCurfewHosting(this WebApplicationBuilder builder)
    {
        var options = HostingOptions.Of(builder.Configuration);
        builder.Services.AddOptions<RevocationLimits>().BindConfiguration("Curfew:Limits");
        builder.Services.AddOptions<GrainOptions>().BindConfiguration("Curfew:Grains");
        builder.Services.AddOptions<RevocationClientOptions>().BindConfiguration("Curfew:Client");
        switch (options.Hosting)
        {
            case HostingOptions.Embedded:
                builder.AddCurfewEmbedded(options.DataDirectory, silo => silo.AddDashboard(), options.Consistency ?? Consistency.Leased);
                break;
            case HostingOptions.Cluster:
                builder.AddCurfewCluster();
                break;
            default:
                throw new InvalidOperationException(
                    $"Curfew:Hosting is \"{options.Hosting}\"; it must be \"{HostingOptions.Embedded}\" or \"{HostingOptions.Cluster}\".");
        }
    }
}
