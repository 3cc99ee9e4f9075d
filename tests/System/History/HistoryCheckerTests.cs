namespace Curfew.System.Tests.History;

/// <summary>
/// The checker is given histories that are good, and such that each breaks one rule. Seen red, each of them with at least one of
/// these: a rule left out, or the first two; calls compared by their other end; an unacknowledged logout taken for acknowledged;
/// nodes that may differ held to be one; tokens of later, the user's other ones or the caller's session covered for certain.
/// </summary>
public sealed class HistoryCheckerTests
{
    private static readonly IssuedToken Alice = new("a1", "alice", "s", 0);
    private static readonly IssuedToken AliceToo = new("a2", "alice", "t", 0);
    private static readonly IssuedToken Bob = new("b1", "bob", "s", 0);

    [Fact]
    public void AcceptedBefore_RefusedAfter_IsFine() => Assert.Empty(HistoryChecker.Check(
        [Accepted(Alice, 1, 2), Logout(Alice, Reach.Token, 3, 6), Refused(Alice, 7, 8), Accepted(AliceToo, 7, 8), Accepted(Bob, 7, 8)]));

    [Fact]
    public void Overlap_MayGoEitherWay() => Assert.Empty(HistoryChecker.Check(
        [Accepted(Alice, 3, 9), Logout(Alice, Reach.Token, 2, 6), Accepted(Alice, 5, 7), Refused(Alice, 4, 8)]));

    [Fact]
    public void AnswerThatIsLate_OfACheckBegunBefore_IsFine() => Assert.Empty(HistoryChecker.Check(
        [Logout(Alice, Reach.Token, 2, 6), Accepted(Alice, 5, 100)]));

    [Fact]
    public void AcceptedAfterAcknowledgement_IsFound()
    {
        var found = Assert.Single(HistoryChecker.Check([Logout(Alice, Reach.Token, 2, 6), Accepted(Alice, 7, 8)]));
        Assert.Equal(HistoryChecker.AcceptedAfterLogout, found.Rule);
        Assert.Equal(6, found.Against!.End);
    }

    [Fact]
    public void AcceptedOnceAmongRefusals_IsFound() => Assert.Single(HistoryChecker.Check(
        [Logout(Alice, Reach.Token, 2, 6), Refused(Alice, 7, 8), Accepted(Alice, 9, 10), Refused(Alice, 11, 12)]));

    [Fact]
    public void SecondLogoutDoesNotExcuseTheFirst() => Assert.Single(HistoryChecker.Check(
        [Logout(Alice, Reach.Token, 2, 6), Accepted(Alice, 7, 8), Logout(Alice, Reach.Token, 9, 10)]));

    [Fact]
    public void UnacknowledgedLogout_PromisesNothing() => Assert.Empty(HistoryChecker.Check(
        [Logout(Alice, Reach.Token, 2, 6, Outcome.Unknown), Accepted(Alice, 7, 8), Refused(Alice, 9, 10)]));

    [Fact]
    public void UnacknowledgedLogout_SeenOnceIsSeenAlways()
    {
        var found = Assert.Single(HistoryChecker.Check(
            [Logout(Alice, Reach.Token, 2, 6, Outcome.Unknown), Refused(Alice, 7, 8), Accepted(Alice, 9, 10)]));
        Assert.Equal(HistoryChecker.AcceptedAfterRefusal, found.Rule);
    }

    [Fact]
    public void UnacknowledgedLogout_SeenByOneNodeIsSeenAlwaysByThatOne()
    {
        Call[] history =
        [
            Logout(Alice, Reach.Token, 2, 6, Outcome.Unknown), Refused(Alice, 7, 8) with { Node = "1" }, Accepted(Alice, 9, 10) with { Node = "2" },
        ];
        Assert.Single(HistoryChecker.Check(history));
        Assert.Empty(HistoryChecker.Check(history, nodesMayDiffer: true));
        Assert.Single(HistoryChecker.Check([.. history, Accepted(Alice, 11, 12) with { Node = "1" }], nodesMayDiffer: true));
        Assert.Single(HistoryChecker.Check([.. history, Logout(Alice, Reach.Token, 11, 12), Accepted(Alice, 13, 14) with { Node = "2" }], nodesMayDiffer: true));
    }

    [Fact]
    public void LogoutRefusedAsRevoked_IsARefusal() => Assert.Single(HistoryChecker.Check(
        [
            Logout(Alice, Reach.Token, 2, 4, Outcome.Unknown), Logout(Alice, Reach.Token, 5, 6, Outcome.No), Accepted(Alice, 7, 8),
        ]));

    [Fact]
    public void RefusedWithoutCause_IsFound()
    {
        var found = Assert.Single(HistoryChecker.Check([Refused(Alice, 1, 2), Logout(Alice, Reach.Token, 3, 6)]));
        Assert.Equal(HistoryChecker.RefusedWithoutLogout, found.Rule);
        Assert.Single(HistoryChecker.Check([Logout(Alice, Reach.Everything, 1, 2), Refused(Bob, 3, 4)]));
    }

    [Fact]
    public void Session_CoversTheUsersOwnSessionOnly()
    {
        Call[] history = [Logout(Alice, Reach.Session, 2, 6), Accepted(AliceToo, 7, 8), Accepted(Bob, 7, 8)];
        Assert.Empty(HistoryChecker.Check(history));
        Assert.Single(HistoryChecker.Check([.. history, Accepted(new("a3", "alice", "s", 50), 51, 52)]));
    }

    [Fact]
    public void Everything_CoversWhatWasIssuedBefore()
    {
        Call[] history = [Logout(Alice, Reach.Everything, 2, 6), Accepted(new("a3", "alice", "s", 50), 51, 52)];
        Assert.Empty(HistoryChecker.Check(history));
        Assert.Single(HistoryChecker.Check([.. history, Accepted(AliceToo, 7, 8)]));
    }

    [Fact]
    public void Everything_MayCoverWhatIsIssuedSoonAfter() => Assert.Empty(HistoryChecker.Check(
        [Logout(Alice, Reach.Everything, 2, 6), Refused(new("a3", "alice", "u", 7), 8, 9), Accepted(new("a4", "alice", "u", 7), 8, 9)]));

    [Fact]
    public void Others_SparesTheCallersTokenAndSessionAlone()
    {
        IssuedToken sibling = new("a3", "alice", "s", 1);
        Call[] history = [Logout(Alice, Reach.Others, 2, 6), Accepted(Alice, 7, 8), Accepted(sibling, 7, 8), Accepted(Bob, 7, 8), Refused(AliceToo, 7, 8)];
        Assert.Empty(HistoryChecker.Check(history));
        Assert.Single(HistoryChecker.Check([.. history, Accepted(AliceToo, 3, 4), Accepted(AliceToo, 9, 10)]));
        Assert.Equal(
            HistoryChecker.RefusedWithoutLogout, Assert.Single(HistoryChecker.Check([.. history, Refused(sibling, 9, 10)])).Rule);
    }

    [Fact]
    public void CutoffByAClockThatIsOff_CoversThePresentedTokenAtLeast()
    {
        Call[] history = [Logout(Alice, Reach.Everything, 2, 6) with { ClocksDiffer = true }, Accepted(AliceToo, 7, 8)];
        Assert.Empty(HistoryChecker.Check(history));
        Assert.Single(HistoryChecker.Check([.. history, Accepted(Alice, 9, 10)]));
        Assert.Single(HistoryChecker.Check([Logout(Alice, Reach.Token, 2, 6) with { ClocksDiffer = true }, Accepted(Alice, 7, 8)]));
    }

    private static Call Accepted(IssuedToken token, long start, long end) => new(token, null, start, end, Outcome.Yes);

    private static Call Refused(IssuedToken token, long start, long end) => new(token, null, start, end, Outcome.No);

    private static Call Logout(IssuedToken token, Reach reach, long start, long end, Outcome outcome = Outcome.Yes) =>
        new(token, reach, start, end, outcome);
}
