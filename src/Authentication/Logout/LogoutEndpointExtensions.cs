using System.Diagnostics.CodeAnalysis;
using Curfew.Authentication;
using Curfew.Authentication.Logout;
using Curfew.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints by which a user logs out.</summary>
public static class LogoutEndpointExtensions
{
    /// <summary>
    /// Maps <c>POST {pattern}</c>, which logs out the presented token (scope <c>token</c>), its session, the user's other
    /// devices (<c>others</c>) or all (<c>everywhere</c>), and <c>POST {pattern}/everywhere</c>. It answers when the
    /// logout holds. The caller must be authenticated by a scheme that Curfew checks.
    /// </summary>
    /// <param name="pattern">The route. Default: <c>/logout</c>.</param>
    /// <returns>Both endpoints, to name an authorization policy, rate limits or CORS.</returns>
    public static IEndpointConventionBuilder MapCurfewLogout(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/logout")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup(pattern);
        group.RequireAuthorization().WithMetadata(new RequireRevocationCheckAttribute());
        group.MapPost("", async (HttpContext context, Revocations revocations, CancellationToken aborted) =>
            await LogoutRequest.ReadAsync(context.Request, aborted) switch
            {
                { Problem: { } problem } => problem,
                var request => await LogoutEndpoint.LogOutAsync(context, revocations, request.Scope, aborted),
            });
        group.MapPost("/everywhere", (HttpContext context, Revocations revocations, CancellationToken aborted) =>
            LogoutEndpoint.LogOutAsync(context, revocations, LogoutScope.Everywhere, aborted));
        return group;
    }
}
