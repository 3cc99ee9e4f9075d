using System.Security.Claims;
using Curfew.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace Curfew.Api.Verify;

/// <summary>
/// Forward authentication: 200 with the identity in headers, 401 or 503, on any method and any path below, with an empty
/// body. For nginx <c>auth_request</c>, Traefik <c>forwardAuth</c>, Envoy <c>ext_authz</c> and Caddy <c>forward_auth</c>.
/// </summary>
internal static class VerifyEndpoint
{
    private const string Prefix = "/verify";

    /// <summary>
    /// Refuses what a proxy asked of <c>/verify</c> and dot segments lead out of it: a proxy that puts the client's path
    /// behind the prefix would take another endpoint's 200 for a yes.
    /// </summary>
    public static void UseVerifyPrefix(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            var asked = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            if (!asked.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                || context.Request.Path.StartsWithSegments(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });

    public static void MapVerify(this IEndpointRouteBuilder app) =>
        app.Map(Prefix + "/{**path}", Verify)
            .RequireAuthorization()
            .DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.SkipStatusCodePagesAttribute())
            .WithSummary("Forward authentication for proxies")
            .Produces(StatusCodes.Status200OK)
            .Produces(StatusCodes.Status401Unauthorized)
            .Produces(StatusCodes.Status503ServiceUnavailable);

    private static void Verify(HttpContext context)
    {
        if (context.GetTokenIdentity() is not { } token)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var headers = context.Response.Headers;
        headers["X-Auth-Subject"] = HeaderText.Encode(token.User.Subject);
        headers["X-Auth-Issuer"] = HeaderText.Encode(token.User.Issuer);
        headers["X-Auth-Token-Id"] = HeaderText.Encode(token.Id.ToString());
        headers["X-Auth-Scope"] = HeaderText.Encode(ScopeOf(context.User));

        // A proxy must ask each time: a kept answer would outlive a logout.
        headers.CacheControl = "no-store";
    }

    private static string ScopeOf(ClaimsPrincipal principal) =>
        string.Join(' ', principal.Claims.Where(claim => claim.Type is "scope" or "scp").Select(claim => claim.Value));
}
