namespace Curfew.Api.Events;

/// <summary>An error as RFC 8935, 2.3 has it.</summary>
/// <param name="Err">A code of the registry of Security Event Token error codes.</param>
/// <param name="Description">For the transmitter's operator.</param>
internal sealed record SetError(string Err, string Description)
{
    public static IResult InvalidRequest(string description) => Answer("invalid_request", description);

    public static IResult Answer(string err, string description) =>
        TypedResults.Json(new SetError(err, description), statusCode: StatusCodes.Status400BadRequest);
}
