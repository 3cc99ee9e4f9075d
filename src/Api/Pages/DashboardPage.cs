using Curfew.Api.Access;
using Orleans.Dashboard;

namespace Curfew.Api.Pages;

/// <summary>The Orleans dashboard, where this process has a silo: shut to strangers.</summary>
internal static class DashboardPage
{
    public const string Path = "/dashboard";

    public static void MapDashboard(this WebApplication app)
    {
        if (app.Services.GetService<IClusterMembershipService>() is null && app.Services.GetService<ILocalSiloDetails>() is null)
            return;
        app.MapOrleansDashboard(Path)
            .RequireAuthorization(AccessExtensions.ReadPolicy)
            .WithMetadata(new Curfew.Authentication.RequireRevocationCheckAttribute())
            .ExcludeFromDescription();
    }
}
