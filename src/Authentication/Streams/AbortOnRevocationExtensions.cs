using Curfew.Authentication.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Aborts long-lived responses of a user who logged out.</summary>
public static class AbortOnRevocationExtensions
{
    /// <summary>
    /// Aborts a request when its token is revoked or expires: WebSockets, server-sent events (<c>Accept:
    /// text/event-stream</c>), gRPC (<c>Content-Type: application/grpc</c>), SignalR over any of them, and endpoints marked
    /// with <see cref="AbortOnRevocation{TBuilder}"/>. Others end by themselves. Comes after <c>UseAuthorization</c>.
    /// </summary>
    public static IApplicationBuilder UseAbortOnRevocation(this IApplicationBuilder app) =>
        app.Use(async (context, next) =>
        {
            if (!IsLongLived(context))
            {
                await next(context);
                return;
            }

            // Disposing waits for an abort that is under way: the server uses the context again for its next request.
            await using var aborting = context.GetRevocationToken()
                .UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
            await next(context);
        });

    /// <summary>Aborts requests to this endpoint when their token is revoked or expires, whatever they look like.</summary>
    public static TBuilder AbortOnRevocation<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(LongLived.Instance));
        return endpoint;
    }

    private static bool IsLongLived(HttpContext context)
    {
        var headers = context.Request.Headers;

        // Not IsWebSocketRequest: that is known only behind UseWebSockets, which SignalR calls for its own endpoints.
        return context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
            || headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase)
            || headers.ContentType.ToString().StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
            || context.GetEndpoint()?.Metadata.GetMetadata<LongLived>() is not null;
    }

    private sealed class LongLived
    {
        public static readonly LongLived Instance = new();
    }
}
