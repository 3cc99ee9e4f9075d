using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;

namespace Curfew.Api.Tests;

/// <summary>The live figures are those of the service's callers.</summary>
public sealed class ConsoleStreamTests(SharedHost shared) : ApiTest(shared)
{
    // The console looks at its operator's token before each event. Seen red with a look that is counted.
    [Fact]
    public async Task Figures_DontCountTheConsolesOwnLooks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Reader());
        using var answer = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var token = Token();
        var counted = new List<long>();
        await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            // One check of a caller's, once the stream has begun.
            if (item.EventType == "about")
                await AssertAccepted(token);
            if (item.EventType != "figures")
                continue;
            counted.Add(JsonNode.Parse(item.Data)!["checks"]!.AsObject().Sum(verdict => (long)verdict.Value!));
            if (counted.Count == 3)
                break;
        }

        Assert.Equal(1, counted.Sum());
    }
}
