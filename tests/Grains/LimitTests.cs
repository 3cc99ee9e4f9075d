namespace Curfew.Grains.Tests;

[Collection(nameof(GrainCluster))]
public sealed class LimitTests(GrainCluster cluster)
{
    // Red when the cap is not looked at, and when it refuses what is known already or what always succeeds.
    [Fact]
    public async Task At_the_cap_a_single_revocation_is_refused_and_everything_else_is_not()
    {
        var user = Given.User();
        var tokens = Enumerable.Range(0, GrainCluster.MaxFacts).Select(_ => cluster.Token(user, sid: "s")).ToList();
        cluster.Storage.Of(user).Put([.. tokens.Select(cluster.Fact)]);
        var next = cluster.Token(user, sid: "next");

        Assert.Equal(new RevokeResult(false), await cluster.Revocations.LogOutAsync(next, LogoutScope.Token));
        Assert.Equal(new RevokeResult(false), await cluster.Revocations.LogOutAsync(next, LogoutScope.Session));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(next));

        // The same again, at the cap: it is revoked, and says so.
        Assert.True((await cluster.Revocations.LogOutAsync(tokens[0], LogoutScope.Token)).Revoked);

        Assert.True((await cluster.Revocations.LogOutAsync(next, LogoutScope.Others)).Revoked);
        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(cluster.Token(user)));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(next));
        Assert.True((await cluster.Revocations.LogOutAsync(next, LogoutScope.Everywhere)).Revoked);
        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(next));
    }

    [Fact]
    public async Task What_has_expired_makes_room()
    {
        var user = Given.User();
        cluster.Storage.Of(user).Put([.. Enumerable.Range(0, GrainCluster.MaxFacts)
            .Select(i => new Fact(new FactId(FactKind.Token, "jti:" + i), 0, cluster.Now + (i == 0 ? 0 : 60)))]);

        Assert.True((await cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token)).Revoked);
        Assert.False((await cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token)).Revoked);
    }

    [Fact]
    public async Task A_token_that_expires_at_the_end_of_time_is_kept()
    {
        var user = Given.User();
        var token = new TokenIdentity(user, TokenId.FromJti("eternal"), cluster.Now, 253_402_300_799);

        await cluster.Revocations.LogOutAsync(token, LogoutScope.Token);

        await cluster.DeactivateAsync(user);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
    }
}
