using System.Security.Claims;
using Curfew.Authentication;

namespace Curfew.Api.Verify;

/// <summary>
/// Forward authentication: 200 with the identity in headers, 401 or 503, on any method and any path below, with an empty
/// body. For nginx <c>auth_request</c>, Traefik <c>forwardAuth</c>, Envoy <c>ext_authz</c> and Caddy <c>forward_auth</c>.
/// </summary>
internal static class VerifyEndpoint
{
    public static void MapVerify(this IEndpointRouteBuilder app) =>
        app.Map("/verify/{**path}", Verify)
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
