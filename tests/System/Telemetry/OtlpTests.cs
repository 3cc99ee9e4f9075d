using System.Net;
using System.Text;
using Curfew.System.Tests.Cluster;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Telemetry;

/// <summary>What the real process exports by OTLP.</summary>
public sealed class OtlpTests
{
    // Seen red with the Authorization header as a span's attribute, with a count of users that is always 0, and without UsersSampler.
    [Fact]
    public async Task ALogout_IsCountedAndTracedThroughTheGrain_AndNoTokenIsExported()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = new OtlpReceiver();
        await using var api = await ApiProcess.StartAsync(
            data.Path,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "300"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "60000"));
        var token = await api.TokenAsync("alice-in-traces");
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("/me", token));
        await api.LogOutAsync(token, """{"scope":"token"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/me", token));

        await api.Process.UntilAsync(() => Task.FromResult(receiver.Latest("curfew.checks", "token_revoked") == 1), "the counters");
        Assert.Equal(2, receiver.Latest("curfew.checks", "valid"));
        Assert.Equal(1, receiver.Latest("curfew.revocations", "token", "done"));
        Assert.Equal(1, receiver.Latest("curfew.facts.live"));
        await api.Process.UntilAsync(() => Task.FromResult(receiver.Latest("curfew.users.live") == 1), "the number of users");
        Assert.Equal(2, receiver.Latest("curfew.check.duration", "valid"));
        Assert.Equal(1, receiver.Latest("curfew.token_cache.lookups", "miss"));
        Assert.Equal(2, receiver.Latest("curfew.token_cache.lookups", "hit"));
        Assert.Contains(receiver.Points, point => point is { Metric: "curfew.check.duration", Unit: "s" });
        Assert.Contains(receiver.Points, point => point.Metric == "http.server.request.duration");
        Assert.Contains(receiver.Points, point => point.Metric.StartsWith("orleans-", StringComparison.Ordinal));

        await api.Process.UntilAsync(
            () => Task.FromResult(receiver.Spans.Any(span => span.Source.StartsWith("Microsoft.Orleans", StringComparison.Ordinal)
                && span.Name.Contains("Revoke", StringComparison.Ordinal))),
            "the grain's span");
        var revoke = Assert.Single(receiver.Spans, span => span is { Source: "Curfew", Name: "curfew.revoke" });
        var request = Assert.Single(receiver.Spans, span => span.Id == revoke.Parent);
        Assert.StartsWith("POST /logout", request.Name, StringComparison.Ordinal);
        var grain = receiver.Spans.First(span => span.Source.StartsWith("Microsoft.Orleans", StringComparison.Ordinal)
            && span.Name.Contains("Revoke", StringComparison.Ordinal));
        Assert.Equal(revoke.Trace, grain.Trace);
        Assert.All(receiver.Spans, span => Assert.Equal("curfew-api", span.Service));
        Assert.All(receiver.Bodies, body => Assert.DoesNotContain(token.Split('.')[1], Encoding.Latin1.GetString(body.Span), StringComparison.Ordinal));
    }

    // Seen red without AddActivityPropagation on the node: what the silo does belongs to no request; and, for the number
    // of users, with a store that counts none, and without UsersSampler.
    [Fact]
    public async Task InACluster_ATraceGoesFromTheRequestThroughTheGrainInAnotherProcess()
    {
        await using var receiver = new OtlpReceiver();
        await using var cluster = CurfewCluster.Create(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "300"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "60000"));
        await cluster.Redis.StartAsync();
        await cluster.InitializeAsync();
        var silo = cluster.LaunchSilo();
        var api = cluster.LaunchApi();
        await cluster.ReadyAsync();
        var token = await api.TokenAsync("alice-in-two-processes");
        await api.LogOutAsync(token, """{"scope":"token"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/me", token));

        List<OtlpReceiver.ReceivedSpan> way = [];
        await silo.Process.UntilAsync(
            () =>
            {
                // From the grain's span in the silo up to where nobody is above.
                var spans = receiver.Spans.ToList();
                way = spans.Where(span => span.Service == "curfew-silo" && span.Name.Contains("Revoke", StringComparison.Ordinal))
                    .Select(span => WayUp(spans, span)).FirstOrDefault(found => found[^1].Name.StartsWith("POST /logout", StringComparison.Ordinal)) ?? [];
                return Task.FromResult(way.Count > 0);
            },
            "the trace");
        Assert.Contains(way, span => span is { Source: "Curfew", Name: "curfew.revoke", Service: "curfew-api" });
        Assert.Equal("curfew-api", way[^1].Service);
        Assert.Single(way.Select(span => span.Trace).Distinct());

        // Told by the silo, which knows it from the store.
        await silo.Process.UntilAsync(() => Task.FromResult(receiver.Latest("curfew.users.live") == 1), "the number of users");

        // Each counts what is its own: revocations where they were asked for, Orleans's figures in both.
        await api.Process.UntilAsync(() => Task.FromResult(receiver.Latest("curfew.revocations", "token", "done") == 1), "the counter");
        Assert.All(receiver.Bodies, body => Assert.DoesNotContain(token.Split('.')[1], Encoding.Latin1.GetString(body.Span), StringComparison.Ordinal));
    }

    private static List<OtlpReceiver.ReceivedSpan> WayUp(List<OtlpReceiver.ReceivedSpan> spans, OtlpReceiver.ReceivedSpan span)
    {
        List<OtlpReceiver.ReceivedSpan> way = [span];
        while (spans.Find(above => above.Id == way[^1].Parent) is { } parent)
            way.Add(parent);
        return way;
    }
}
