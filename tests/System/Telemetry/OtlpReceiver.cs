using System.Collections.Concurrent;
using System.Net;
using Curfew.System.Tests.Processes;
using Google.Protobuf;

namespace Curfew.System.Tests.Telemetry;

/// <summary>Takes what a process exports by OTLP over HTTP (opentelemetry-proto 1), and keeps it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _receiving;

    public OtlpReceiver()
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _receiving = ReceiveAsync();
    }

    public string Address { get; }

    public ConcurrentQueue<ByteString> Bodies { get; } = new();

    public ConcurrentQueue<ReceivedPoint> Points { get; } = new();

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    /// <summary>The latest value of a counter, or count of a histogram, whose attributes have these values.</summary>
    public long Latest(string metric, params string[] attributes) =>
        Points.LastOrDefault(point => point.Metric == metric && attributes.All(point.Attributes.Contains))?.Value ?? 0;

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _receiving;
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            ByteString body;
            try
            {
                body = await ByteString.FromStreamAsync(context.Request.InputStream);
            }
            catch (Exception e) when (e is HttpListenerException or IOException)
            {
                // The exporter gave up, on a busy machine, or its process ended.
                continue;
            }

            Bodies.Enqueue(body);
            if (context.Request.Url!.AbsolutePath == "/v1/metrics")
                TakeMetrics(new ProtobufFields(body));
            else if (context.Request.Url.AbsolutePath == "/v1/traces")
                TakeSpans(new ProtobufFields(body));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    private void TakeMetrics(ProtobufFields request)
    {
        foreach (var scope in request.Messages(1).SelectMany(resource => resource.Messages(2)))
        {
            foreach (var metric in scope.Messages(2))
            {
                // gauge 5 and sum 7 have number points, histogram 9 its own.
                foreach (var point in metric.Messages(5).Concat(metric.Messages(7)).SelectMany(data => data.Messages(1)))
                    Points.Enqueue(new(metric.Text(1), metric.Text(3), AttributesOf(point, 7), point.Number(6)));
                foreach (var point in metric.Messages(9).SelectMany(data => data.Messages(1)))
                    Points.Enqueue(new(metric.Text(1), metric.Text(3), AttributesOf(point, 9), point.Number(4)));
            }
        }
    }

    private void TakeSpans(ProtobufFields request)
    {
        foreach (var resource in request.Messages(1))
        {
            var service = resource.Messages(1).Single().Messages(1).Single(attribute => attribute.Text(1) == "service.name").Messages(2).Single().Text(1);
            foreach (var scope in resource.Messages(2))
            {
                var source = scope.Messages(1).Single().Text(1);
                foreach (var span in scope.Messages(2))
                    Spans.Enqueue(new(source, span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), service));
            }
        }
    }

    private static List<string> AttributesOf(ProtobufFields point, int number) =>
        [.. point.Messages(number).Select(attribute => attribute.Messages(2).Single().Text(1))];

    internal sealed record ReceivedPoint(string Metric, string Unit, List<string> Attributes, long Value);

    internal sealed record ReceivedSpan(string Source, string Name, string Trace, string Id, string Parent, string Service);
}
