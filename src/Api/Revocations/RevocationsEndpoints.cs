using Curfew.Api.Access;

namespace Curfew.Api.Revocations;

/// <summary>Inspection and administration of revocations.</summary>
internal static class RevocationsEndpoints
{
    public static void MapRevocations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/revocations", Inspection.GetAsync)
            .RequireAuthorization(AccessExtensions.ReadPolicy)
            .WithMetadata(new Curfew.Authentication.RequireRevocationCheckAttribute())
            .Produces<Inspected>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The live revocations of a user, or a client's or issuer's cutoff");
        app.MapPost("/revocations", Administration.PostAsync)
            .RequireAuthorization(AccessExtensions.AdminPolicy)
            .WithMetadata(new Curfew.Authentication.RequireRevocationCheckAttribute())
            .Accepts<RevocationRequest>("application/json")
            .Produces<Revoked>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Revokes a token, a session or everything of a user, or everything of a client or issuer");
    }
}
