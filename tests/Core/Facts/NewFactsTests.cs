using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// The facts that each request makes. Seen red: with a cutoff at now alone, without the presented token's
/// <c>iat</c>, without the step past other exemptions (in both methods), and with an exemption that ends first.
/// </summary>
public sealed class NewFactsTests
{
    private static readonly RevocationLimits Limits = new();

    [Fact]
    public void ForToken_IsKeptAsLongAsTheTokenLives()
    {
        var fact = NewFacts.ForToken(TokenId.FromJti("t1"), Now + 100, Limits, Origin);
        Assert.Equal(new FactId(FactKind.Token, "jti:t1"), fact.Id);
        Assert.Equal(Limits.TokenRetention(Now + 100), fact.Expires);
        Assert.Equal(Origin, fact.Origin);
    }

    [Fact]
    public void ForToken_ExpiryUnknown_CountsAsIssuedNow()
    {
        // A token that an issuer ahead by the tolerance made just now may live this long.
        var fact = NewFacts.ForToken(TokenId.FromJti("t1"), null, Limits, Origin);
        Assert.True(fact.Expires >= Limits.TokenRetention(Now + 1 + 86_400));
    }

    [Fact]
    public void ForSession_CoversTokensMintedLater()
    {
        var facts = Facts(NewFacts.ForSession("s1", Limits, Origin));
        Assert.Equal(Verdict.SessionRevoked, facts.Decide(Token(session: "s1", issuedAt: Now + 86_400)));
        Assert.Equal(Verdict.Valid, facts.Decide(Token(session: "s2")));
        Assert.Equal(Verdict.Valid, facts.Decide(Token()));
        Assert.True(Assert.Single(facts.Facts).Expires >= Now + (30 * 86_400) + 86_400 + 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    public void ForEverything_CoversWhatClocksWithinTheToleranceStamped(int milliseconds)
    {
        var fact = NewFacts.ForEverything(Facts(), null, Limits, Clock.AddMilliseconds(milliseconds), Origin);
        Assert.Equal(Now + 1, fact.Number);
        Assert.Equal(Limits.SessionRetention(Now + 1), fact.Expires);
        var facts = Facts(fact);
        Assert.Equal(Verdict.UserCutoff, facts.Decide(Token(issuedAt: Now + 1)));
        Assert.Equal(Verdict.Valid, facts.Decide(Token(issuedAt: Now + 2)));
    }

    [Fact]
    public void ForEverything_CoversThePresentedToken()
    {
        // Presented to a node whose clock is ahead, logged out by one whose clock is behind.
        Assert.Equal(Now + 7, NewFacts.ForEverything(Facts(), Now + 7, Limits, Clock, Origin).Number);
        Assert.Equal(Now + 1, NewFacts.ForEverything(Facts(), Now - 7, Limits, Clock, Origin).Number);
    }

    [Fact]
    public void ForEverything_ComparesAuthTime()
    {
        // A refresh after the logout, in a login from before it.
        var facts = Facts(NewFacts.ForEverything(Facts(), null, Limits, Clock, Origin));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(Token(issuedAt: Now + 500, authTime: Now - 500)));
        Assert.Equal(Verdict.Valid, facts.Decide(Token(issuedAt: Now + 500, authTime: Now + 400)));
    }

    [Fact]
    public void ForOthers_KeepsTheTokenAndItsSessionFromThatCutoffOnly()
    {
        var mine = Token("mine", session: "s1");
        var facts = Facts(NewFacts.ForOthers(Facts(), mine, Limits, Clock, Origin));
        Assert.Equal(2, facts.Count);
        Assert.Equal(Verdict.Valid, facts.Decide(mine));
        Assert.Equal(Verdict.Valid, facts.Decide(Token("refreshed", session: "s1", issuedAt: Now + 9, authTime: Now - 9)));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(Token("other", session: "s2")));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(Token("other")));
    }

    [Fact]
    public void ForOthers_TokenWithoutSession_KeepsItAlone()
    {
        var facts = Facts(NewFacts.ForOthers(Facts(), Token("mine"), Limits, Clock, Origin));
        Assert.Equal(2, facts.Count);
        Assert.Equal(Verdict.Valid, facts.Decide(Token("mine")));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(Token("other")));
    }

    [Fact]
    public void EverythingInTheSameSecondAsOthers_EndsTheKeptOnes()
    {
        var mine = Token("mine", session: "s1");
        var facts = Facts(NewFacts.ForOthers(Facts(), mine, Limits, Clock, Origin));
        var everything = NewFacts.ForEverything(facts, mine.IssuedAt, Limits, Clock, Origin);
        facts.Add(everything);
        Assert.Equal(Verdict.UserCutoff, facts.Decide(mine));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(Token("minted later", session: "s1", issuedAt: everything.Number)));

        // And what survives nothing any more is not kept.
        facts.DropExpired(0);
        Assert.Equal([everything], facts.Facts);
    }

    [Fact]
    public void OthersAfterAnothersOthers_InTheSameSecond_EndsBoth()
    {
        var first = Token("first", session: "s1");
        var facts = Facts(NewFacts.ForOthers(Facts(), first, Limits, Clock, Origin));

        // Two devices at once: the second was still accepted when it asked, and the first one's logout has covered it since.
        var second = Token("second", session: "s2");
        foreach (var fact in NewFacts.ForOthers(facts, second, Limits, Clock, Origin))
            facts.Add(fact);
        Assert.Equal(Verdict.UserCutoff, facts.Decide(first));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(second));
    }

    /// <summary>
    /// A check lets a token through, everything of its user is revoked and acknowledged, and then the token's own "log out the
    /// others" comes to the grain. Seen red while that exempted it: it was accepted again.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void ForOthers_OfATokenThatWasCutOffMeanwhile_UndoesNothing(int secondsLater)
    {
        var (mine, sibling) = (Token("mine", session: "s1"), Token("sibling", session: "s1"));
        var facts = Facts(NewFacts.ForEverything(Facts(), null, Limits, Clock, Origin));
        foreach (var fact in NewFacts.ForOthers(facts, mine, Limits, Clock.AddSeconds(secondsLater), Origin))
            facts.Add(fact);
        Assert.Equal(Verdict.UserCutoff, facts.Decide(mine));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(sibling));
        Assert.Single(facts.Facts);
    }

    /// <summary>
    /// A session goes on after a cutoff with new tokens, and one of these logs out the others: the tokens from before the first
    /// cutoff stay revoked. Seen red, here and by clients of a real process, while the exemption was from that one, too.
    /// </summary>
    [Fact]
    public void ForOthers_InASessionThatWentOnAfterACutoff_RevivesNothing()
    {
        var old = Token("old", session: "s1");
        var facts = Facts(NewFacts.ForOthers(Facts(), Token("another", session: "s2"), Limits, Clock, Origin));
        var renewed = Token("renewed", session: "s1", issuedAt: Now + 100);
        for (var times = 0; times < 2; times++)
        {
            foreach (var fact in NewFacts.ForOthers(facts, renewed, Limits, Clock.AddSeconds(100 + times), Origin))
                facts.Add(fact);
            facts.DropExpired(0);
            Assert.Equal(Verdict.UserCutoff, facts.Decide(old));
            Assert.Equal(Verdict.Valid, facts.Decide(renewed));
            Assert.Equal(Verdict.Valid, facts.Decide(Token("sibling", session: "s1", issuedAt: Now + 50)));
        }
    }

    /// <summary>Seen red while an exemption from a later cutoff survived a cutoff at an instant that somebody gave.</summary>
    [Fact]
    public void ForEverythingBefore_SparesNoExemption()
    {
        var mine = Token("mine", session: "s1");
        var facts = Facts(NewFacts.ForOthers(Facts(), mine, Limits, Clock, Origin));
        foreach (var fact in NewFacts.ForEverythingBefore(facts, Now, Limits, Origin))
            facts.Add(fact);
        Assert.Equal(Verdict.UserCutoff, facts.Decide(mine));
        Assert.Equal(Verdict.Valid, facts.Decide(Token("later", session: "s1", issuedAt: Now + 1)));
    }

    /// <summary>An event of the past comes again, after the user signed in anew and logged out the others. Red without the cutoff's own
    /// instant: with the clock's, the new session ends.</summary>
    [Fact]
    public void ForEverythingBefore_Again_ChangesNothing()
    {
        var facts = Facts();
        var mine = Token("mine", session: "s1", issuedAt: Now - 10);
        Add(NewFacts.ForEverythingBefore(facts, Now - 100, Limits, Origin));
        Add(NewFacts.ForOthers(facts, mine, Limits, Clock, Origin));
        var before = facts.Facts.ToHashSet();
        Add(NewFacts.ForEverythingBefore(facts, Now - 100, Limits, Origin));
        Assert.True(before.SetEquals(facts.Facts));
        Assert.Equal(Verdict.Valid, facts.Decide(mine));
        Assert.Equal(Verdict.UserCutoff, facts.Decide(Token("old", session: "s1", issuedAt: Now - 200)));

        void Add(IEnumerable<Fact> made)
        {
            foreach (var fact in made)
                facts.Add(fact);
        }
    }

    [Fact]
    public void OthersTwiceByTheSameDevice_KeepsIt()
    {
        var mine = Token("mine", session: "s1");
        var facts = Facts(NewFacts.ForOthers(Facts(), mine, Limits, Clock, Origin));
        var refreshed = Token("refreshed", session: "s1");
        foreach (var token in new[] { mine, refreshed, mine })
        {
            foreach (var fact in NewFacts.ForOthers(facts, token, Limits, Clock.AddSeconds(-1), Origin))
                facts.Add(fact);
            Assert.Equal(Verdict.Valid, facts.Decide(token));
        }
    }

    /// <summary>
    /// Two tokens of one session in turn, a refreshed one is enough: each call put the cutoff a second past the other's, so that
    /// whoever held them could lock the user out for years. Seen red while the token was exempted beside its session.
    /// </summary>
    [Fact]
    public void OthersInTurnByTokensOfOneSession_NeverPassTheClock()
    {
        var facts = Facts();
        var devices = new[] { Token("mine", session: "s1"), Token("refreshed", session: "s1") };
        for (var times = 0; times < 1000; times++)
        {
            foreach (var fact in NewFacts.ForOthers(facts, devices[times % 2], Limits, Clock, Origin))
                facts.Add(fact);
            facts.DropExpired(0);
        }

        Assert.True(facts.TryGet(new FactId(FactKind.UserCutoff, ""), out var cutoff));
        Assert.Equal(Now + 1, cutoff.Number);
        Assert.All(devices, device => Assert.Equal(Verdict.Valid, facts.Decide(device)));
        Assert.Equal(Verdict.Valid, facts.Decide(Token("signed in again", session: "s2", issuedAt: Now + 2)));
    }

    [Fact]
    public void ForOthers_TheExemptionLastsAsLongAsItsCutoff()
    {
        var facts = NewFacts.ForOthers(Facts(), Token("mine", session: "s1"), Limits, Clock, Origin);
        Assert.Single(facts.Select(fact => fact.Expires).Distinct());
        Assert.Single(facts.Select(fact => fact.Number).Distinct());
    }

    [Theory]
    [InlineData(FactKind.UserCutoff, "")]
    [InlineData(FactKind.ClientCutoff, "c1")]
    [InlineData(FactKind.IssuerCutoff, "")]
    public void ForCutoff_TakesTheInstantAsItIs(FactKind kind, string id)
    {
        var fact = NewFacts.ForCutoff(new FactId(kind, id), Now - 1000, Limits, Origin);
        Assert.Equal(Now - 1000, fact.Number);
        Assert.Equal(Limits.SessionRetention(Now - 1000), fact.Expires);
        var facts = Facts(fact);
        Assert.NotEqual(Verdict.Valid, facts.Decide(Token(clientId: "c1", issuedAt: Now - 1000)));
        Assert.Equal(Verdict.Valid, facts.Decide(Token(clientId: "c1", issuedAt: Now - 999)));
    }
}
