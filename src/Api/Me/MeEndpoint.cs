using Curfew.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Curfew.Api.Me;

/// <summary>What the presented token says, as this service understands it.</summary>
internal static class MeEndpoint
{
    private const string JtiPrefix = "jti:";

    public static void MapMe(this IEndpointRouteBuilder app) =>
        app.MapGet("/me", Get)
            .RequireAuthorization()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("What the presented token says");

    private static Results<Ok<MeAnswer>, UnauthorizedHttpResult> Get(HttpContext context) =>
        context.GetTokenIdentity() is { } token
            ? TypedResults.Ok(new MeAnswer(
                token.User.Subject,
                token.User.Issuer,
                token.Id.ToString() is var id && id.StartsWith(JtiPrefix, StringComparison.Ordinal) ? id[JtiPrefix.Length..] : null,
                token.Session,
                token.IssuedAt,
                token.Expires))
            : TypedResults.Unauthorized();

    internal sealed record MeAnswer(string Sub, string Iss, string? Jti, string? Sid, long Iat, long Exp);
}
