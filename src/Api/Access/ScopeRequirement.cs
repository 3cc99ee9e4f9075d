using Microsoft.AspNetCore.Authorization;

namespace Curfew.Api.Access;

/// <summary>One of these scopes, from an issuer that may grant them.</summary>
internal sealed class ScopeRequirement(params string[] anyOf) : IAuthorizationRequirement
{
    public IReadOnlyList<string> AnyOf => anyOf;
}
