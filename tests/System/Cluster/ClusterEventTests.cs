using System.Net;
using System.Text.Json.Nodes;

namespace Curfew.System.Tests.Cluster;

/// <summary>An identity provider may tell two nodes of one logout, at once and again: it is one logout (guarantee G2).</summary>
public sealed class ClusterEventTests
{
    private const string Audience = "shop-web";

    // Red when an event's cutoff is taken at now instead of its own iat: each copy then moves not_before.
    [Fact]
    public async Task Event_ToBothNodesAndAgain_IsOneLogout()
    {
        await using var cluster = await CurfewCluster.StartAsync(("Curfew:Events:Audiences:0", Audience));
        var token = await cluster.Apis[0].TokenAsync("alice");
        var logout = DevTokens.LogoutToken(cluster.DataDirectory, "alice", Audience);
        foreach (var api in cluster.Apis)
            Assert.Equal(HttpStatusCode.OK, await api.KnownStatusAsync("/me", token));

        var answers = await Task.WhenAll(cluster.Apis.Select(api => PostAsync(api, logout)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        foreach (var api in cluster.Apis)
            Assert.Equal(HttpStatusCode.Unauthorized, await api.KnownStatusAsync("/me", token));

        var told = await CutoffAsync(cluster);
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System);
        foreach (var api in cluster.Apis)
            Assert.Equal(HttpStatusCode.OK, await PostAsync(api, logout));
        Assert.Equal(told, await CutoffAsync(cluster));
    }

    private static async Task<HttpStatusCode> PostAsync(Processes.ApiProcess api, string logout)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var form = new FormUrlEncodedContent([new("logout_token", logout)]);
            using var answer = await api.Client.PostAsync("/events/backchannel-logout", form);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 10)
                return answer.StatusCode;
        }
    }

    private static async Task<string> CutoffAsync(CurfewCluster cluster)
    {
        var admin = await cluster.Apis[1].TokenAsync("admin", scope: "curfew:read");
        using var answer = await cluster.Apis[1].SendAsync(HttpMethod.Get, "/revocations?iss=curfew-dev&sub=alice", admin);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["cutoff"]!["instant"]!.ToJsonString();
    }
}
