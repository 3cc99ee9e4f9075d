namespace Curfew.Api.Events;

/// <summary>No answer may be kept (Back-Channel Logout 1.0, 2.8).</summary>
internal sealed class EventsFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // Inability to know is a 503, so that a provider that repeats does: the exception handler clears headers and sets
        // its own no-store.
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(context);
    }
}
