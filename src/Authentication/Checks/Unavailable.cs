using Microsoft.AspNetCore.Http;

namespace Curfew.Authentication.Checks;

internal static class Unavailable
{
    /// <summary>Answers 503 with <c>Retry-After</c>, in seconds (RFC 9110, 15.6.4).</summary>
    public static void AnswerUnavailable(this HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = "1";
    }
}
