namespace Curfew.Api.Pages;

/// <summary>What every answer says to a browser: no framing, no guessing of types; and pages are never kept.</summary>
internal static class PageHeaders
{
    public static void UsePageHeaders(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            // Without case, as routes are matched.
            var path = context.Request.Path;
            if (path.StartsWithSegments("/sign-in", StringComparison.OrdinalIgnoreCase))
                Harden(context, "default-src 'none'; form-action 'self'; style-src 'self'");
            else if (path.StartsWithSegments(DashboardPage.Path, StringComparison.OrdinalIgnoreCase))
                Harden(context, DashboardPolicy);
            else if (path.StartsWithSegments("/console", StringComparison.OrdinalIgnoreCase))
                Harden(context, ConsolePolicy);
            return next(context);
        });

    // Nothing from elsewhere, nothing inline, and no text that becomes markup: what a user is called never runs.
    private const string ConsolePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    // The dashboard sets styles from its script; nothing else needs to be let in.
    private const string DashboardPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

    private static void Harden(HttpContext context, string policy)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy + "; frame-ancestors 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
    }
}
