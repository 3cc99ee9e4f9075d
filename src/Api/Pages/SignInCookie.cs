using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Curfew.Api.Pages;

/// <summary>
/// The operator's token in a cookie, for pages that a browser opens: http-only, same-site, sent to the dashboard alone, and
/// validated there on each request like any bearer token, its revocation included.
/// </summary>
internal static class SignInCookie
{
    private const string Name = "curfew-operator";
    private const string Path = DashboardPage.Path;

    // Browsers drop cookies over 4 KiB, and tokens may be longer.
    private static readonly ChunkingCookieManager Chunks = new();

    public static void Set(HttpContext context, string token, long expires) =>
        Chunks.AppendResponseCookie(context, Name, token, Options(context, DateTimeOffset.FromUnixTimeSeconds(expires)));

    public static Task ReadToken(MessageReceivedContext context)
    {
        var request = context.Request;
        if (request.Headers.Authorization.Count == 0 && HttpMethods.IsGet(request.Method)
            && request.Path.StartsWithSegments(Path, StringComparison.Ordinal))
        {
            context.Token = Chunks.GetRequestCookie(context.HttpContext, Name);
        }

        return Task.CompletedTask;
    }

    private static CookieOptions Options(HttpContext context, DateTimeOffset expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = Path,
        Expires = expires,
        IsEssential = true,
    };
}
