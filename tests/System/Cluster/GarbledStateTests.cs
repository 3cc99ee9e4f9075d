using System.Net;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// A user's state in Redis that isn't one, or is of a newer version: 503 for this user, on a leased node and a strict one, never a yes,
/// and what stands there is not written over (guarantee G5).
/// </summary>
public sealed class GarbledStateTests
{
    private static readonly (string Name, string[] Fields)[] States =
    [
        ("text", ["data", "hello", "etag", "x"]),
        ("empty", ["data", "", "etag", "x"]),
        ("cut-off", ["data", """{"v":1,"facts":[{"kind":1,"id":"jti:x","expires":99""", "etag", "x"]),
        ("newer", ["data", """{"v":2,"facts":[]}""", "etag", "x"]),
        ("newer-kind", ["data", """{"v":1,"facts":[{"kind":99,"id":"x","number":1,"expires":99999999999}]}""", "etag", "x"]),
        ("no-facts", ["data", """{"v":1}""", "etag", "x"]),
        ("no-etag", ["data", """{"v":1,"facts":[{"kind":1,"id":"jti:x","expires":99999999999}]}"""]),
        ("one-too-many", ["data", """{"v":1,"facts":[{"kind":1,"id":"jti:x","expires":99999999999}]}""", "etag", "x", "note", "x"]),
    ];

    // Found red: Orleans takes an empty value, or a hash with other fields than its two, for no state, and the tokens were accepted.
    [Fact]
    public async Task StateThatIsNone_IsUnknown_AndNothingElseIs()
    {
        await using var cluster = CurfewCluster.Create();
        await cluster.Redis.StartAsync();
        await cluster.InitializeAsync();
        var silo = cluster.LaunchSilo();
        var leased = cluster.LaunchApi(("Curfew:Consistency", "leased"));
        var strict = cluster.LaunchApi();
        await cluster.ReadyAsync();

        // Where Orleans keeps a user's state, as it names it itself.
        var neighbour = await leased.TokenAsync("garbled-neighbour");
        await leased.LogOutAsync(neighbour);
        var key = Assert.Single(
            (await cluster.Redis.CommandAsync("--scan", "--pattern", "*garbled-neighbour*")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        string KeyOf(string name) => key.Replace("garbled-neighbour", "garbled-" + name, StringComparison.Ordinal);
        foreach (var (name, fields) in States)
            await cluster.Redis.CommandAsync(["HSET", KeyOf(name), .. fields]);
        await cluster.Redis.CommandAsync("SET", KeyOf("type"), "x");

        // At once, for each waits for what never comes.
        await Task.WhenAll(States.Select(state => state.Name).Append("type").Select(async name =>
        {
            var token = await leased.TokenAsync("garbled-" + name);
            async Task<string> StoredAsync() => name == "type"
                ? await cluster.Redis.CommandAsync("GET", KeyOf(name))
                : await cluster.Redis.CommandAsync("HGETALL", KeyOf(name));
            var before = await StoredAsync();
            foreach (var node in (ApiProcess[])[leased, strict])
            {
                var answer = (name, await node.StatusAsync("/me", token), await LogOutAsync(node, token));
                Assert.Equal((name, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), answer);
            }

            Assert.Equal(before, await StoredAsync());
            await cluster.Redis.CommandAsync("DEL", KeyOf(name));
            Assert.Equal((name, HttpStatusCode.OK), (name, await leased.KnownStatusAsync("/me", token)));
            await strict.LogOutAsync(token);
            foreach (var node in (ApiProcess[])[leased, strict])
                Assert.Equal((name, HttpStatusCode.Unauthorized), (name, await node.KnownStatusAsync("/me", token)));
        }));
        Assert.Equal(HttpStatusCode.Unauthorized, await leased.KnownStatusAsync("/me", neighbour));
        Assert.All(States, state => Assert.Contains(KeyOf(state.Name), silo.Process.Output, StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> LogOutAsync(ApiProcess node, string token)
    {
        using var answer = await node.SendAsync(HttpMethod.Post, "/logout", token);
        return answer.StatusCode;
    }
}
