using System.Collections.Concurrent;
using System.Security.Cryptography;
using Curfew.Bench.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Curfew.Proxies.Tests.Running;

/// <summary>The app behind the proxy: it knows nothing of tokens, and remembers what reached it.</summary>
public sealed class EchoApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ReachedRequest> _reached = new();

    public EchoApp()
    {
        Port = Loopback.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            var hash = await SHA256.HashDataAsync(context.Request.Body);
            _reached[context.Request.Path.Value!] = new ReachedRequest(
                context.Request.Method,
                [.. Values(context.Request.Headers), .. context.Request.CheckTrailersAvailable() ? Values(Trailers(context)) : []],
                Convert.ToHexString(hash),
                context.Features.GetRequiredFeature<IHttpConnectionFeature>().ConnectionId);
            await context.Response.WriteAsync("the app");
        });
    }

    public int Port { get; }

    // As an app sees them that takes a trailer for a header.
    private static IHeaderDictionary Trailers(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpRequestTrailersFeature>().Trailers;

    private static IEnumerable<(string Name, string Value)> Values(IHeaderDictionary headers) =>
        headers.SelectMany(header => header.Value, (header, value) => (header.Key, value ?? ""));

    public Task StartAsync() => _app.StartAsync();

    /// <summary>The request that reached the app at a path, or null.</summary>
    public ReachedRequest? Find(string path) => _reached.GetValueOrDefault(path);

    public bool WasReached => !_reached.IsEmpty;

    public void Forget() => _reached.Clear();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
