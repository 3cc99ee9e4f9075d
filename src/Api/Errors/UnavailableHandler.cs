using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Curfew.Api.Errors;

/// <summary>Inability to know becomes 503 with <c>Retry-After</c>; a request that can't be read becomes its own status.</summary>
internal sealed partial class UnavailableHandler(IProblemDetailsService problems, ILogger<UnavailableHandler> logger)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            RevocationUnavailableException unavailable => new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = unavailable.IsUnaudited
                    ? "What was revoked is refused everywhere, but the audit trail could not be written just now: repeat it."
                    : "The revocations could not be asked or told just now. A revocation is not confirmed: repeat it.",
            },
            BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message },
            _ => null,
        };
        if (problem is null)
            return false;
        if (exception is RevocationUnavailableException)
        {
            LogUnavailable(exception);
            context.Response.Headers.RetryAfter = "1";
        }

        context.Response.StatusCode = problem.Status!.Value;
        // Where the caller accepts no JSON nothing is written, and the status stands all the same.
        await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Answered 503: the revocations could not be asked or told")]
    private partial void LogUnavailable(Exception exception);
}
