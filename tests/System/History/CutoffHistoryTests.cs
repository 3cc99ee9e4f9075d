namespace Curfew.System.Tests.History;

/// <summary>
/// What operators revoke, by the same rules: histories that are good, and such that each breaks one. Seen red, one or more each, with
/// the issuer or the client ignored, by Call.MayCover and by the checker's index both (either makes up for the other); with azp or the
/// instant that was given ignored; and with Covers ignoring that a clock was off, ignoring whose call it was, or wanting a clock for
/// an instant that was given. The others with what <see cref="HistoryCheckerTests"/> names.
/// </summary>
public sealed class CutoffHistoryTests
{
    private static readonly IssuedToken Alice = new("a1", "alice", "s", 0) { ClientId = "app", IssuedAt = 100 };
    private static readonly IssuedToken AliceToo = new("a2", "alice", "t", 0) { AuthorizedParty = "app", ClientId = "web", IssuedAt = 101 };
    private static readonly IssuedToken Bob = new("b1", "bob", "s", 0) { ClientId = "web", IssuedAt = 100 };
    private static readonly IssuedToken BobLater = new("b2", "bob", "s", 50) { ClientId = "app", IssuedAt = 150 };

    // The same names, of another issuer: another user, session and client.
    private static readonly IssuedToken Stranger = new("x1", "alice", "s", 0) { Issuer = "partner", ClientId = "app", IssuedAt = 100 };

    [Fact]
    public void Client_CoversItsTokensOfEveryUser_ByEitherClaim()
    {
        Call[] history = [Client(Alice, "app", 2, 6), Refused(Alice, 7, 8), Refused(AliceToo, 7, 8), Accepted(Bob, 7, 8), Accepted(Stranger, 7, 8)];
        Assert.Empty(HistoryChecker.Check(history));
        Assert.Equal(HistoryChecker.AcceptedAfterLogout, Assert.Single(HistoryChecker.Check([Client(Alice, "app", 2, 6), Accepted(AliceToo, 7, 8)])).Rule);
        Assert.Equal(HistoryChecker.RefusedWithoutLogout, Assert.Single(HistoryChecker.Check([.. history, Refused(Bob, 9, 10)])).Rule);
        Assert.Equal(HistoryChecker.RefusedWithoutLogout, Assert.Single(HistoryChecker.Check([.. history, Refused(Stranger, 9, 10)])).Rule);
    }

    [Fact]
    public void Client_OfATokenWithoutOne_CoversNothing() => Assert.Single(HistoryChecker.Check(
        [Client(Alice, "app", 2, 6), Refused(new("n", "nobody", null, 0), 7, 8)]));

    [Fact]
    public void Client_MayCoverWhatIsIssuedSoonAfter_AndNeverForCertain() => Assert.Empty(HistoryChecker.Check(
        [Client(Alice, "app", 2, 6), Refused(BobLater, 51, 52), Accepted(BobLater with { Id = "b3" }, 51, 52)]));

    [Fact]
    public void Issuer_CoversAllOfItsTokensAndNoOthers()
    {
        Call[] history = [Issuer(Stranger, 2, 6), Refused(Stranger, 7, 8), Accepted(Alice, 7, 8)];
        Assert.Empty(HistoryChecker.Check(history));
        Assert.Single(HistoryChecker.Check([Issuer(Stranger, 2, 6), Accepted(Stranger, 7, 8)]));
        Assert.Single(HistoryChecker.Check([.. history, Refused(Bob, 9, 10)]));
        Assert.Equal(3, HistoryChecker.Check([Issuer(Bob, 2, 6), Accepted(Alice, 7, 8), Accepted(AliceToo, 7, 8), Accepted(Bob, 7, 8)]).Count);
    }

    [Fact]
    public void AnInstantThatIsGiven_IsExact_WhateverTheClocks()
    {
        var cutoff = Issuer(Bob, 2, 6) with { Before = 100, ClocksDiffer = true };
        Call[] history = [cutoff, Refused(Alice, 7, 8), Accepted(AliceToo, 7, 8)];
        Assert.Empty(HistoryChecker.Check(history));
        Assert.Equal(HistoryChecker.AcceptedAfterLogout, Assert.Single(HistoryChecker.Check([cutoff, Accepted(Bob, 7, 8)])).Rule);
        Assert.Equal(HistoryChecker.RefusedWithoutLogout, Assert.Single(HistoryChecker.Check([.. history, Refused(AliceToo, 9, 10)])).Rule);

        // Issued after the acknowledgement in the same second: covered all the same.
        Assert.Single(HistoryChecker.Check([cutoff, Accepted(Bob with { Id = "b4", IssuedBy = 50 }, 51, 52)]));
    }

    [Fact]
    public void CutoffByAClockThatIsOff_CoversNothingForCertain()
    {
        Call[] revocations = [Issuer(Alice, 2, 6), Client(Alice, "app", 2, 6), Operator(Alice, Reach.Everything, 2, 6)];
        foreach (var revocation in revocations)
        {
            Assert.Single(HistoryChecker.Check([revocation, Accepted(Alice, 7, 8)]));
            Assert.Empty(HistoryChecker.Check([revocation with { ClocksDiffer = true }, Accepted(Alice, 7, 8)]));
            Assert.Empty(HistoryChecker.Check([revocation with { ClocksDiffer = true }, Refused(Alice, 7, 8)]));
        }
    }

    [Theory]
    [InlineData(Reach.Token)]
    [InlineData(Reach.Session)]
    public void OperatorsRevocationById_NeedsNoClock(object reach)
    {
        var revocation = Operator(Alice, (Reach)reach, 2, 6) with { ClocksDiffer = true };
        Assert.Empty(HistoryChecker.Check([revocation, Refused(Alice, 7, 8), Accepted(AliceToo, 7, 8), Accepted(Stranger, 7, 8), Accepted(Bob, 7, 8)]));
        Assert.Single(HistoryChecker.Check([revocation, Accepted(Alice, 7, 8)]));
    }

    [Fact]
    public void Unacknowledged_PromisesNothing_ButSeenOnceIsSeenAlways()
    {
        var cutoff = Client(Bob, "app", 2, 6) with { Outcome = Outcome.Unknown };
        Assert.Empty(HistoryChecker.Check([cutoff, Accepted(Alice, 7, 8), Refused(Alice, 9, 10)]));
        Assert.Equal(
            HistoryChecker.AcceptedAfterRefusal, Assert.Single(HistoryChecker.Check([cutoff, Refused(Alice, 7, 8), Accepted(Alice, 9, 10)])).Rule);
    }

    // Found by a soak, which took it for a violation.
    [Fact]
    public void Others_OfATokenThatIsCutOffMeanwhile_MayCoverItsSessionsNextTokens()
    {
        var next = Alice with { Id = "a3", IssuedAt = 101, IssuedBy = 7 };
        Call others = new(Alice, Reach.Others, 1, 9, Outcome.Yes);
        var cutoff = Operator(Alice, Reach.Everything, 2, 6) with { Before = 100 };
        Assert.Empty(HistoryChecker.Check([others, cutoff, Refused(next, 10, 11)]));
        Assert.Empty(HistoryChecker.Check([others, cutoff, Accepted(next, 10, 11)]));
        Assert.Equal(HistoryChecker.RefusedWithoutLogout, Assert.Single(HistoryChecker.Check([others, Refused(next, 10, 11)])).Rule);
        Assert.Single(HistoryChecker.Check([others, cutoff with { Start = 9, End = 13 }, Refused(next, 10, 11)]));
    }

    [Fact]
    public void Refused_BeforeTheCutoffBegan_IsFound() => Assert.Equal(
        HistoryChecker.RefusedWithoutLogout, Assert.Single(HistoryChecker.Check([Refused(Alice, 1, 2), Issuer(Bob, 3, 6)])).Rule);

    private static Call Accepted(IssuedToken token, long start, long end) => new(token, null, start, end, Outcome.Yes);

    private static Call Refused(IssuedToken token, long start, long end) => new(token, null, start, end, Outcome.No);

    private static Call Operator(IssuedToken token, Reach reach, long start, long end) =>
        new(token, reach, start, end, Outcome.Yes) { ByOperator = true };

    private static Call Client(IssuedToken token, string client, long start, long end) => Operator(token, Reach.Client, start, end) with { Client = client };

    private static Call Issuer(IssuedToken token, long start, long end) => Operator(token, Reach.Issuer, start, end);
}
