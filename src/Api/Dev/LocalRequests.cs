using System.Net;
using Curfew.Api.Errors;

namespace Curfew.Api.Dev;

/// <summary>
/// Lets requests through that come from a program on this machine, and says to others why not. A proxy on this machine comes from
/// loopback, too: it is known by the headers that proxies add. One that adds none and puts its own address into Host isn't.
/// </summary>
internal static class LocalRequests
{
    // X-Original-For: ASP.NET Core's own, once it has believed an X-Forwarded-For, which anybody can send.
    private static readonly string[] Prefixes = ["X-Forwarded-", "X-Original-", "X-Envoy-"];

    private static readonly string[] Names = ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"];

    public static TBuilder RequireLocalRequest<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (invocation, next) =>
            ReasonToRefuse(invocation.HttpContext) is { } reason ? Problems.Forbidden(reason) : await next(invocation));

    private static string? ReasonToRefuse(HttpContext context)
    {
        var header = context.Request.Headers.Keys.FirstOrDefault(IsForwarding);
        return context.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address)
                ? $"Tokens are minted for requests from this machine's loopback alone; this one is from {context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address"}. "
                    + "Ask on the machine itself, at 127.0.0.1."
            : header is not null ? $"Tokens are minted for requests that no proxy passed on; this one has the header {header}."

            // A page of another site, whose name its owner has pointed at 127.0.0.1.
            : !IsLocal(context.Request.Host.Host) ? "Tokens are minted for requests to 127.0.0.1 or localhost; this one's Host is another."
            : null;
    }

    private static bool IsForwarding(string header) =>
        Names.Contains(header, StringComparer.OrdinalIgnoreCase)
        || Prefixes.Any(prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
