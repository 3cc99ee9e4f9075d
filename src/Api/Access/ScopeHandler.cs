using Curfew.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Curfew.Api.Access;

internal sealed class ScopeHandler(Scopes scopes) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        // The authorization middleware gives the request as the resource.
        if (context.Resource is HttpContext http && scopes.Grants(http.GetTokenIdentity(), context.User, [.. requirement.AnyOf]))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
