using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>How many users have live revocations, as the console shows it where no process holds them all.</summary>
public sealed class LiveUsersTests
{
    // Seen red with the reminders looked for under another key.
    [Fact]
    public async Task TheConsole_TellsHowManyHaveSome()
    {
        await using var cluster = await CurfewCluster.StartAsync();
        foreach (var user in (string[])["alice", "bob", "carol"])
        {
            // Two facts, one user.
            await cluster.Apis[0].LogOutAsync(await cluster.Apis[0].TokenAsync(user, "s"), """{"scope":"session"}""");
            await cluster.Apis[1].LogOutAsync(await cluster.Apis[1].TokenAsync(user, "t"), """{"scope":"token"}""");
        }

        // A client's cutoff is one more.
        var admin = await cluster.Apis[0].TokenAsync("admin", scope: "curfew:admin");
        using (var cutoff = await cluster.Apis[0].SendAsync(
            HttpMethod.Post, "/revocations", admin, """{"iss":"curfew-dev","client_id":"app","everything":true}"""))
        {
            Assert.True(cutoff.IsSuccessStatusCode);
        }

        var watching = await cluster.Apis[1].TokenAsync("watcher", scope: "curfew:read");
        await UntilAsync(cluster.Apis[1], watching, figures => (long?)figures["users"] == 4);
    }

    // Figures come each second; how many users there are is asked for every five.
    private static async Task UntilAsync(ApiProcess api, string token, Func<JsonNode, bool> told)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync(patience.Token)).EnumerateAsync(patience.Token))
        {
            if (item.EventType == "figures" && told(JsonNode.Parse(item.Data)!))
                return;
        }

        Assert.Fail("The stream ended.");
    }
}
