using Curfew.Api.Access;
using Orleans.Dashboard;

namespace Curfew.Api.Pages;

/// <summary>The Orleans dashboard, where this process has a silo: shut to strangers.</summary>
internal static class DashboardPage
{
    public const string Path = "/dashboard";

    /// <summary>
    /// Ends what the dashboard holds open, its stream of the log, with the operator's logout. After authorization.
    /// </summary>
    public static void UseDashboardLogout(this IApplicationBuilder app) =>
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase),
            dashboard => dashboard.UseAbortOnRevocation());

    public static void MapDashboard(this WebApplication app)
    {
        if (app.Services.GetService<IClusterMembershipService>() is null && app.Services.GetService<ILocalSiloDetails>() is null)
            return;
        app.MapOrleansDashboard(Path)
            .RequireAuthorization(AccessExtensions.ReadPolicy)
            .AbortOnRevocation()
            .WithMetadata(new Curfew.Authentication.RequireRevocationCheckAttribute())
            .ExcludeFromDescription();
    }
}
