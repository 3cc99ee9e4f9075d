using System.Security.Claims;

namespace Curfew.Bench.Load.Contenders;

/// <summary>The same small answer from everyone.</summary>
internal sealed record Me(string Sub)
{
    /// <summary>From the claim that the scheme leaves <c>sub</c> in: JwtBearer renames it by default.</summary>
    public static Me Of(ClaimsPrincipal user) =>
        new(user.FindFirstValue(ClaimTypes.NameIdentifier) ?? user.FindFirstValue("sub")!);
}
