using Curfew.Authentication.Checks;
using Curfew.Grains;
using Microsoft.AspNetCore.Http;

namespace Curfew.Authentication.Logout;

internal static class LogoutEndpoint
{
    /// <param name="scope">Null: the session where the token has one, else the token.</param>
    public static async Task<IResult> LogOutAsync(
        HttpContext context, Revocations revocations, LogoutScope? scope, CancellationToken aborted)
    {
        // Authorized by a scheme that Curfew doesn't check: there is no token to log out.
        if (context.GetTokenIdentity() is not { } token)
            return TypedResults.Challenge();
        var asked = scope ?? (token.Session is null ? LogoutScope.Token : LogoutScope.Session);
        if (asked == LogoutScope.Session && token.Session is null)
        {
            return TypedResults.Problem(
                "scope is \"session\", and the token has no sid claim: use \"token\" or \"everywhere\".",
                statusCode: StatusCodes.Status400BadRequest);
        }

        RevokeResult result;
        try
        {
            result = await revocations.LogOutAsync(token, asked, cancellationToken: aborted);
        }
        catch (RevocationUnavailableException e)
        {
            context.Response.AnswerUnavailable();
            return TypedResults.Problem(
                e.IsUnaudited
                    ? "The logout holds, but the audit trail could not be written just now: it is written when that is possible again."
                    : "The logout could not be confirmed: repeat it.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (!result.Revoked)
        {
            return TypedResults.Problem(
                "This user has too many live revocations: log out everywhere, which always succeeds.",
                statusCode: StatusCodes.Status429TooManyRequests);
        }

        return TypedResults.Ok(new LogoutAnswer(
            Name(asked), token.User.Issuer, token.User.Subject, result.Cutoff is { } cutoff ? cutoff + 1 : null));
    }

    private static string Name(LogoutScope scope) => scope switch
    {
        LogoutScope.Token => "token",
        LogoutScope.Session => "session",
        LogoutScope.Others => "others",
        _ => "everywhere",
    };
}
