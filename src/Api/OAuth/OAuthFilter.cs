namespace Curfew.Api.OAuth;

/// <summary>What every answer under <c>/oauth</c> has in common: nobody may keep it, and inability to know is 503.</summary>
internal sealed partial class OAuthFilter(ILogger<OAuthFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var response = context.HttpContext.Response;
        response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (RevocationUnavailableException e)
        {
            LogUnavailable(e);
            response.Headers.RetryAfter = "1";
            return OAuthError.Unavailable(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Answered 503: the revocations could not be asked or told")]
    private partial void LogUnavailable(Exception exception);
}
