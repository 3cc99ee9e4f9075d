using System.Net;
using Curfew.System.Tests.History;
using Xunit.Abstractions;

namespace Curfew.System.Tests.Cluster;

/// <summary>The cluster as a whole: killed at once, started before its Redis, failing open where an operator chose that.</summary>
public sealed class WholeClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task EverythingKilledAtOnce_UnderTraffic_AcknowledgedLogoutsHold()
    {
        await using var cluster = await CurfewCluster.StartAsync();
        var traffic = new Traffic(() => cluster.Apis, TimeSpan.FromMilliseconds(50));
        var tokens = await traffic.IssueAsync(24, "all");
        using var stop = new CancellationTokenSource();
        var running = traffic.RunAsync(tokens, seed: 4, stop.Token);
        await traffic.UntilAcknowledgedAsync(15);
        await Task.WhenAll(
            [cluster.Redis.Process.KillAsync(), .. cluster.Silos.Select(silo => silo.Process.KillAsync()), .. cluster.Apis.Select(api => api.Process.KillAsync())]);
        await stop.CancelAsync();
        await running;

        var dead = cluster.Apis.ToList();
        await cluster.Redis.StartAsync();
        cluster.LaunchSilo();
        cluster.LaunchSilo();
        cluster.LaunchApi();
        cluster.LaunchApi();
        await cluster.ReadyAsync();
        var acknowledged = traffic.Calls.Where(call => call is { Reach: not null, Outcome: Outcome.Yes }).Select(call => call.Token).Distinct().ToList();
        output.WriteLine($"{traffic.Calls.Count} calls, {traffic.Acknowledged} logouts acknowledged, {traffic.CutOff} cut off");
        foreach (var node in cluster.Apis.Except(dead))
        {
            foreach (var token in tokens)
                await traffic.CheckAsync(node, token);
            foreach (var token in acknowledged)
                Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(node, token));
        }

        traffic.AssertHolds();
    }

    [Fact]
    public async Task KilledApiNode_TheOtherGoesOn()
    {
        await using var cluster = await CurfewCluster.StartAsync();
        var traffic = new Traffic(() => cluster.Apis, TimeSpan.Zero);
        var (loggedOut, valid) = (await traffic.IssueAsync("out"), await traffic.IssueAsync("valid"));
        await traffic.LogOutPatientlyAsync(cluster.Apis, loggedOut, Reach.Token);
        await cluster.Apis[0].Process.KillAsync();
        Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(cluster.Apis[1], loggedOut));
        Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(cluster.Apis[1], valid));
        await traffic.LogOutPatientlyAsync([cluster.Apis[1]], valid, Reach.Token);
        Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(cluster.Apis[1], valid));
    }

    // Seen red with a node that fails open unasked, with the loud line as a mere error, and with a logout acknowledged while failing
    // open, for which the endpoint's RequireRevocationCheck had to be ignored, too.
    [Fact]
    public async Task StartedBeforeRedis_AnswersUnavailable_AndServesWhenItComes()
    {
        await using var cluster = CurfewCluster.Create();
        cluster.LaunchSilo();
        var open = cluster.LaunchApi(("Curfew:FailOpen", "accept-revoked-tokens"));
        var shut = cluster.LaunchApi();
        foreach (var api in cluster.Apis)
            await api.Process.UntilAsync(async () => await api.StatusAsync("/health/live") == HttpStatusCode.OK, "/health/live");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await shut.StatusAsync("/health/ready"));

        var traffic = new Traffic(() => cluster.Apis, TimeSpan.Zero);
        var token = await traffic.IssueAsync("early");
        Assert.Equal(Outcome.Unknown, await traffic.CheckAsync(shut, token));
        Assert.Equal(Outcome.Unknown, await traffic.LogOutAsync(shut, token, Reach.Token));

        // Failing open is for checks of an operator's choice, and for nothing else. It says so.
        Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(open, token));
        Assert.Equal(Outcome.Unknown, await traffic.LogOutAsync(open, token, Reach.Token));
        var admin = await open.TokenAsync("admin", scope: "curfew:admin");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await open.StatusAsync("/revocations?iss=curfew-dev&sub=early", admin));
        using (var revoke = await open.SendAsync(HttpMethod.Post, "/revocations", admin, """{"iss":"curfew-dev","sub":"early","everything":true}"""))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, revoke.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await open.StatusAsync("/me", token.Id + "x"));
        await open.Process.UntilAsync(
            () => Task.FromResult(open.Process.Output.Contains("crit: ", StringComparison.Ordinal) && open.Process.Output.Contains("FAILING OPEN", StringComparison.Ordinal)),
            "the loud line");

        Assert.All(cluster.Silos, silo => Assert.False(silo.Process.HasExited, silo.Process.Output));
        await cluster.Redis.StartAsync();
        await cluster.InitializeAsync();
        await cluster.ReadyAsync();
        Assert.Equal(Outcome.Yes, await traffic.CheckPatientlyAsync(shut, token));
        await traffic.LogOutPatientlyAsync([shut], token, Reach.Token);

        // With the truth to be had, failing open changes nothing.
        Assert.Equal(Outcome.No, await traffic.CheckPatientlyAsync(open, token));
        Assert.Empty(traffic.Errors);
    }

    [SlowFact]
    public async Task ExpiredFacts_NoKeyOfTheUserIsLeftInRedis()
    {
        await using var cluster = await CurfewCluster.StartAsync(
            ("Curfew:Limits:IssuerClockTolerance", "00:00:01"), ("Curfew:Limits:MaxTokenLifetime", "00:00:20"),
            ("Curfew:Limits:MaxSessionLifetime", "00:00:05"), ("Curfew:Limits:RetentionMargin", "00:00:00"),
            ("Curfew:Grains:ReminderPeriod", "00:00:01"));
        var tokens = new List<string>();
        foreach (var scope in (string[])["token", "session", "everywhere"])
        {
            var token = await cluster.Apis[0].TokenAsync($"expires-{scope}", "s", lifetimeSeconds: 20);
            tokens.Add(token);
            await cluster.Apis[0].LogOutAsync(token, $$"""{"scope":"{{scope}}"}""");
        }

        // State and reminder of each; a reminder's name is in a table's row, not in a key.
        Assert.Equal(3, await StatesAsync());
        Assert.Equal(3, await RemindersAsync());
        await cluster.Redis.Process.UntilAsync(async () => await StatesAsync() + await RemindersAsync() == 0, "the keys to be gone");

        // Never early: the tokens are past their own end, too.
        foreach (var token in tokens)
            Assert.Equal(HttpStatusCode.Unauthorized, await cluster.Apis[1].KnownStatusAsync("/verify", token));

        async Task<int> StatesAsync() => Lines(await cluster.Redis.CommandAsync("--scan", "--pattern", "*expires-*"));

        async Task<int> RemindersAsync() => Lines(string.Join('\n', (await cluster.Redis.CommandAsync("zrange", "curfew/reminders", "0", "-1"))
            .Split('\n').Where(row => row.Contains("expires-", StringComparison.Ordinal))));

        static int Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
