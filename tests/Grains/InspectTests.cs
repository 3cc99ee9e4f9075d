using System.Text.Json;

namespace Curfew.Grains.Tests;

[Collection(nameof(GrainCluster))]
public sealed class InspectTests(GrainCluster cluster)
{
    [Fact]
    public async Task Of_an_unknown_user_client_or_issuer_it_is_an_empty_page()
    {
        var issuer = Given.Issuer();
        Assert.Empty((await cluster.Revocations.InspectAsync(Given.User())).Facts);
        Assert.Empty((await cluster.Revocations.InspectClientAsync(new ClientKey(issuer, "app"))).Facts);
        Assert.Empty((await cluster.Revocations.InspectIssuerAsync(issuer)).Facts);
    }

    // Red when the cursor counts instead of naming where to go on: what is added before it shifts the rest.
    [Fact]
    public async Task Facts_come_in_pages_that_changes_do_not_shift()
    {
        var user = Given.User();
        var row = cluster.Storage.Of(user);
        row.Put([.. Enumerable.Range(0, GrainCluster.MaxFacts)
            .Select(i => new Fact(new FactId(FactKind.Token, $"jti:{i:000}"), 0, cluster.Now + 3600))]);

        var first = await cluster.Revocations.InspectAsync(user);
        Assert.True((await cluster.Revocations.RevokeAsync(user, new RevokeEverything())).Revoked);
        var second = await cluster.Revocations.InspectAsync(user, first.Next);
        var third = await cluster.Revocations.InspectAsync(user, second.Next);

        Assert.Equal((100, 100, 50), (first.Facts.Count, second.Facts.Count, third.Facts.Count));
        Assert.Null(third.Next);
        Assert.Equal(
            Enumerable.Range(0, GrainCluster.MaxFacts).Select(i => $"jti:{i:000}"),
            new[] { first, second, third }.SelectMany(page => page.Facts).Select(fact => fact.Id.Id));
        Assert.Equal(FactKind.UserCutoff, (await cluster.Revocations.InspectAsync(user)).Facts[0].Id.Kind);
    }

    // Red when the cursor's own fact must still be there to go on, and when it names a place by its number.
    [Fact]
    public async Task Facts_that_stay_are_not_missed_while_others_expire_and_come_between_pages()
    {
        var user = Given.User();
        cluster.Storage.Of(user).Put([.. Enumerable.Range(0, GrainCluster.MaxFacts)
            .Select(i => new Fact(new FactId(FactKind.Token, $"jti:{i:000}"), 0, cluster.Now + (i % 3 == 0 ? 60 : 3600)))]);

        var first = await cluster.Revocations.InspectAsync(user);
        Assert.Equal("jti:099", first.Facts[^1].Id.Id);
        cluster.Clock.Advance(TimeSpan.FromSeconds(60));
        foreach (var added in (string[])["jti:050a", "jti:150a", "jti:299a"])
            Assert.True((await cluster.Revocations.RevokeAsync(user, new RevokeToken(added, cluster.Now + 3600))).Revoked);
        var seen = first.Facts.Select(fact => fact.Id.Id).ToList();
        for (var next = first.Next; next is not null;)
        {
            var page = await cluster.Revocations.InspectAsync(user, next);
            seen.AddRange(page.Facts.Select(fact => fact.Id.Id));
            next = page.Next;
        }

        // All of the first page; after it what stayed, and what came behind it.
        Assert.Equal(
            Enumerable.Range(0, GrainCluster.MaxFacts).Where(i => i < 100 || i % 3 != 0).Select(i => $"jti:{i:000}")
                .Concat(["jti:150a", "jti:299a"]).Order(StringComparer.Ordinal),
            seen);
    }

    [Fact]
    public async Task What_has_expired_is_not_shown()
    {
        var user = Given.User();
        var live = cluster.Fact(cluster.Token(user));
        cluster.Storage.Of(user).Put(live, new Fact(new FactId(FactKind.Token, "jti:old"), 0, cluster.Now));

        Assert.Equal(live, Assert.Single((await cluster.Revocations.InspectAsync(user)).Facts));
    }

    [Fact]
    public async Task Who_asked_and_why_are_shown()
    {
        var user = Given.User();
        await cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token, "lost phone");

        Assert.Equal(
            new FactOrigin(cluster.Now, user.Subject, "lost phone", user.Issuer),
            Assert.Single((await cluster.Revocations.InspectAsync(user)).Facts).Origin);
    }

    // The dashboard asks each interface of the grain's class that a single class implements for GetState, and shows the
    // answer through System.Text.Json. Red when a cutoff grain inherits it from the interface that both share.
    [Fact]
    public async Task The_dashboard_can_read_the_state_of_every_grain()
    {
        var user = Given.User(Given.Issuer());
        var client = new ClientKey(user.Issuer, "app");
        await cluster.Revocations.RevokeAsync(user, new RevokeSession("s1") { Reason = "lost phone" });
        await cluster.Revocations.RevokeClientAsync(client, new RevokeEverything());
        await cluster.Revocations.RevokeIssuerAsync(user.Issuer, new RevokeEverything());

        foreach (var (contract, key, shown) in new[]
        {
            (typeof(IUserRevocationsGrain), user.ToString(), "\"Session\""),
            (typeof(IClientCutoffGrain), client.ToString(), "\"ClientCutoff\""),
            (typeof(IIssuerCutoffGrain), user.Issuer, "\"IssuerCutoff\""),
        })
        {
            var grain = cluster.Silos.Client.GetGrain(contract, key);
            var task = (Task)contract.GetMethods().Single(method => method.Name == "GetState").Invoke(grain, [])!;
            await task;
            var json = JsonSerializer.Serialize(task.GetType().GetProperty("Result")!.GetValue(task));
            Assert.Contains(shown, json, StringComparison.Ordinal);
            Assert.Contains("\"Expires\":", json, StringComparison.Ordinal);
        }
    }
}
