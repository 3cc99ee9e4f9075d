using System.Net;
using Curfew.System.Tests.History;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// Client and issuer cutoffs reach every user on every node at once, though each silo holds them in its own memory (guarantee G2).
/// Seen red with announced cutoffs not taken into that memory, and with a client's taken for its issuer's.
/// </summary>
public sealed class ClusterCutoffTests : IAsyncLifetime
{
    private CurfewCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await CurfewCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Cutoffs_OnOneNode_CoverEveryUserOnTheOther()
    {
        var traffic = new Traffic(() => _cluster.Apis, TimeSpan.Zero);
        var mobile = Enumerable.Range(0, 20).Select(i => Token($"user-{i}", "mobile")).ToList();
        var web = Enumerable.Range(0, 20).Select(i => Token($"user-{i}", "web")).ToList();
        await ExpectAsync(Outcome.Yes, mobile);
        await ExpectAsync(Outcome.Yes, web);

        await RevokeAsync("""{"iss":"curfew-dev","client_id":"mobile","everything":true}""");
        await ExpectAsync(Outcome.No, mobile);
        await ExpectAsync(Outcome.Yes, web);

        await RevokeAsync("""{"iss":"curfew-dev","everything":true,"confirm":"issuer"}""");
        await ExpectAsync(Outcome.No, web);

        async Task RevokeAsync(string revocation)
        {
            var admin = await _cluster.Apis[0].TokenAsync("admin", scope: "curfew:admin");
            using var answer = await _cluster.Apis[0].SendAsync(HttpMethod.Post, "/revocations", admin, revocation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        async Task ExpectAsync(Outcome expected, List<IssuedToken> tokens)
        {
            // The other node first: it is the one that was told nothing.
            foreach (var node in (ApiProcess[])[_cluster.Apis[1], _cluster.Apis[0]])
            {
                foreach (var token in tokens)
                    Assert.Equal(expected, await traffic.CheckPatientlyAsync(node, token));
            }
        }
    }

    private IssuedToken Token(string user, string client) => new(DevTokens.Mint(_cluster.DataDirectory, user, client), user, null, 0);
}
