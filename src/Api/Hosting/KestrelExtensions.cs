namespace Curfew.Api.Hosting;

internal static class KestrelExtensions
{
    /// <summary>The web server tells strangers nothing of itself, and the log nothing of what strangers sent.</summary>
    public static void UseDiscreetKestrel(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        // It quotes the line that it could not read: an Authorization header without its colon.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None);
    }
}
