namespace Curfew.Api.OAuth;

/// <summary>An error as RFC 6749, 5.2 has it.</summary>
/// <param name="Error">The code.</param>
/// <param name="ErrorDescription">For the client's developer: ASCII, and nothing of what was sent.</param>
internal sealed record OAuthError(string Error, string? ErrorDescription)
{
    public static IResult InvalidRequest(string description) => Answer(StatusCodes.Status400BadRequest, "invalid_request", description);

    public static IResult UnauthorizedClient(string description) =>
        Answer(StatusCodes.Status400BadRequest, "unauthorized_client", description);

    /// <summary>RFC 7009, 2.2.1.</summary>
    public static IResult UnsupportedTokenType() => Answer(
        StatusCodes.Status400BadRequest, "unsupported_token_type",
        "The token is no signed JWT. A refresh token is revoked at its issuer.");

    public static IResult TooManyFacts() => Answer(
        StatusCodes.Status429TooManyRequests, "temporarily_unavailable",
        "This user has too many live revocations for another single one: log the user out everywhere.");

    public static IResult Unavailable(RevocationUnavailableException cause) => Answer(
        StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable",
        cause.IsUnaudited
            ? "The token is revoked, but the audit trail could not be written just now: repeat the request."
            : "It could not be asked or told whether the token was revoked: repeat the request.");

    public static IResult Answer(int status, string code, string? description) =>
        TypedResults.Json(new OAuthError(code, description), statusCode: status);
}
