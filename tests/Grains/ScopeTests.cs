namespace Curfew.Grains.Tests;

// design.md, "Terms", as a client of the grains sees them: over the wire, through two silos.
[Collection(nameof(GrainCluster))]
public sealed class ScopeTests(GrainCluster cluster)
{
    private Revocations Revocations => cluster.Revocations;

    [Fact]
    public async Task A_token_that_nobody_revoked_is_valid()
    {
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(cluster.Token(Given.User(), sid: "s")));
    }

    [Fact]
    public async Task Token_scope_ends_that_token_alone()
    {
        var user = Given.User();
        var (one, other) = (cluster.Token(user, sid: "s"), cluster.Token(user, sid: "s"));
        await cluster.CheckAsync(one);

        var result = await Revocations.LogOutAsync(one, LogoutScope.Token);

        Assert.Equal(new RevokeResult(true), result);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(one));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(other));
    }

    [Fact]
    public async Task Session_scope_ends_the_session_and_the_tokens_that_are_minted_in_it_later()
    {
        var user = Given.User();
        var (one, same, other) = (cluster.Token(user, sid: "s"), cluster.Token(user, sid: "s"), cluster.Token(user, sid: "t"));

        await Revocations.LogOutAsync(one, LogoutScope.Session);

        cluster.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Verdict.SessionRevoked, await cluster.CheckAsync(same));
        Assert.Equal(Verdict.SessionRevoked, await cluster.CheckAsync(cluster.Token(user, age: 0, sid: "s")));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(other));
    }

    [Fact]
    public async Task Others_keeps_the_token_and_its_session()
    {
        var user = Given.User();
        var mine = cluster.Token(user, sid: "mine");
        var mineToo = cluster.Token(user, sid: "mine");
        var theirs = cluster.Token(user, sid: "theirs");

        var result = await Revocations.LogOutAsync(mine, LogoutScope.Others);

        Assert.Equal(cluster.Cutoff, result.Cutoff);
        Assert.Equal(cluster.Cutoff + 1, result.NotBefore);
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(mine));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(mineToo));
        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(theirs));
    }

    [Fact]
    public async Task What_others_kept_a_client_or_an_issuer_cutoff_ends()
    {
        var user = Given.User(Given.Issuer());
        var byClient = cluster.Token(user, sid: "a") with { ClientId = "app" };
        var byParty = cluster.Token(user, sid: "a") with { AuthorizedParty = "app" };
        var plain = cluster.Token(user, sid: "a");
        await Revocations.LogOutAsync(byClient, LogoutScope.Others);
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(byClient));

        await Revocations.RevokeClientAsync(new ClientKey(user.Issuer, "app"), new RevokeEverything());

        Assert.Equal(Verdict.ClientCutoff, await cluster.CheckAsync(byClient));
        Assert.Equal(Verdict.ClientCutoff, await cluster.CheckAsync(byParty));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(plain));

        await Revocations.RevokeIssuerAsync(user.Issuer, new RevokeEverything());

        Assert.Equal(Verdict.IssuerCutoff, await cluster.CheckAsync(plain));
    }

    // Red when ForEverything takes the plain cutoff: the exemption of the same second survives it.
    [Fact]
    public async Task Everywhere_in_the_second_of_others_ends_what_others_kept()
    {
        var user = Given.User();
        var mine = cluster.Token(user, sid: "mine");

        var others = await Revocations.LogOutAsync(mine, LogoutScope.Others);
        var everywhere = await Revocations.LogOutAsync(mine, LogoutScope.Everywhere);

        Assert.Equal(others.Cutoff + 1, everywhere.Cutoff);
        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(mine));
        Assert.Single((await Revocations.InspectAsync(user)).Facts);
    }

    // The first one's logout, acknowledged, covers the second. Red while the second was exempted all the same.
    [Fact]
    public async Task Others_twice_in_a_second_by_two_devices_ends_both()
    {
        var user = Given.User();
        var (first, second) = (cluster.Token(user, sid: "1"), cluster.Token(user, sid: "2"));

        await Revocations.LogOutAsync(first, LogoutScope.Others);
        await Revocations.LogOutAsync(second, LogoutScope.Others);

        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(first));
        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(second));
    }

    [Theory]
    [InlineData(LogoutScope.Token)]
    [InlineData(LogoutScope.Session)]
    [InlineData(LogoutScope.Others)]
    [InlineData(LogoutScope.Everywhere)]
    public async Task Logging_out_twice_is_one_logout(LogoutScope scope)
    {
        var user = Given.User();
        var token = cluster.Token(user, sid: "s");

        var first = await Revocations.LogOutAsync(token, scope);
        var facts = cluster.Storage.Of(user).Facts;
        var again = await Revocations.LogOutAsync(token, scope);

        Assert.Equal(first, again);
        Assert.Equal(facts, cluster.Storage.Of(user).Facts);
    }

    [Fact]
    public async Task Everywhere_covers_the_presented_token_of_an_issuer_whose_clock_is_ahead()
    {
        var user = Given.User();
        var ahead = cluster.Token(user, age: -30);

        var result = await Revocations.LogOutAsync(ahead, LogoutScope.Everywhere);

        Assert.Equal(ahead.IssuedAt, result.Cutoff);
        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(ahead));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(cluster.Token(user, age: -31)));
    }

    [Fact]
    public async Task Everywhere_compares_auth_time_where_there_is_one()
    {
        var user = Given.User();
        await Revocations.RevokeAsync(user, new RevokeEverything());
        cluster.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(cluster.Token(user) with { AuthTime = cluster.Now - 3700 }));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(cluster.Token(user) with { AuthTime = cluster.Now - 60 }));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(cluster.Token(user)));
    }

    [Fact]
    public async Task Before_is_taken_as_it_is()
    {
        var user = Given.User();
        var instant = cluster.Now - 100;

        var result = await Revocations.RevokeAsync(user, new RevokeEverything(instant));

        Assert.Equal(new RevokeResult(true, instant), result);
        Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(cluster.Token(user, age: 100)));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(cluster.Token(user, age: 99)));
    }

    // Red when the answer tells the instant that was asked for: not_before would promise what is refused.
    [Fact]
    public async Task Before_an_earlier_cutoff_answers_the_one_that_holds()
    {
        var user = Given.User();
        var client = new ClientKey(Given.Issuer(), "app");
        var cutoff = (await Revocations.RevokeAsync(user, new RevokeEverything())).Cutoff;
        await Revocations.RevokeClientAsync(client, new RevokeEverything());

        Assert.Equal(cutoff, (await Revocations.RevokeAsync(user, new RevokeEverything(cluster.Now - 100))).Cutoff);
        Assert.Equal(cutoff, (await Revocations.RevokeClientAsync(client, new RevokeEverything(cluster.Now - 100))).Cutoff);
    }

    [Fact]
    public async Task A_session_token_id_or_subject_of_another_issuer_is_another()
    {
        var subject = Given.User().Subject;
        var (one, other) = (new UserKey(Given.Issuer(), subject), new UserKey(Given.Issuer(), subject));
        var token = cluster.Token(one, sid: "s") with { ClientId = "app" };
        var twin = new TokenIdentity(other, token.Id, token.IssuedAt, token.Expires) { Session = "s", ClientId = "app" };

        await Revocations.LogOutAsync(token, LogoutScope.Token);
        await Revocations.LogOutAsync(token, LogoutScope.Session);
        await Revocations.LogOutAsync(token, LogoutScope.Everywhere);
        await Revocations.RevokeClientAsync(new ClientKey(one.Issuer, "app"), new RevokeEverything());
        await Revocations.RevokeIssuerAsync(one.Issuer, new RevokeEverything());

        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(twin));
    }

    [Fact]
    public async Task A_token_revoked_by_its_id_alone_is_kept_as_long_as_any_token_could_live()
    {
        var user = Given.User();
        var token = cluster.Token(user);

        await Revocations.RevokeAsync(user, new RevokeToken(token.Id.ToString(), null));

        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(token));
        Assert.Equal(
            cluster.Limits.UnknownTokenRetention(cluster.Now), Assert.Single(cluster.Storage.Of(user).Facts).Expires);
    }

    [Fact]
    public async Task Odd_subjects_are_users_of_their_own()
    {
        string[] subjects = ["a/b", "a|b", "a%2Fb", "a+b", " a", "ä", "a\u0308", "A", "🦊", "\n", new string('x', 1024)];
        var issuer = Given.Issuer();
        var tokens = subjects.Select(subject => cluster.Token(new UserKey(issuer, subject))).ToList();

        foreach (var token in tokens)
        {
            Assert.Equal(Verdict.Valid, await cluster.CheckAsync(token));
            await Revocations.LogOutAsync(token, LogoutScope.Everywhere);
            Assert.Equal(Verdict.UserCutoff, await cluster.CheckAsync(token));
        }
    }
}
