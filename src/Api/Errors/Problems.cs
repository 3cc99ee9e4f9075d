using Microsoft.AspNetCore.Http.HttpResults;

namespace Curfew.Api.Errors;

/// <summary>RFC 9457 problems that name the field.</summary>
internal static class Problems
{
    public static ProblemHttpResult BadRequest(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult Forbidden(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden);

    public static ProblemHttpResult TooManyFacts() =>
        TypedResults.Problem(
            "This user has too many live revocations for another single one: log the user out everywhere, which always succeeds.",
            statusCode: StatusCodes.Status429TooManyRequests);
}
