using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>Seen red: with a merge that takes the newer fact as it is, and a DropExpired that looks at <c>&lt; now</c>.</summary>
public sealed class FactSetTests
{
    [Fact]
    public void Merge_TakesTheLargerNumberAndTheLaterExpiry()
    {
        var a = Fact(FactKind.UserCutoff, number: 10, expires: 200);
        var b = Fact(FactKind.UserCutoff, number: 20, expires: 100);
        Assert.Equal((20, 200), (Curfew.Fact.Merge(a, b).Number, Curfew.Fact.Merge(a, b).Expires));
        Assert.Equal((20, 200), (Curfew.Fact.Merge(b, a).Number, Curfew.Fact.Merge(b, a).Expires));
        Assert.Equal(a, Curfew.Fact.Merge(a, a));
    }

    [Fact]
    public void Merge_KeepsWhoMadeTheLargerNumberOrWasFirst()
    {
        var a = Fact(FactKind.UserCutoff, number: 10) with { Origin = new FactOrigin(1, "a") };
        var b = a with { Origin = new FactOrigin(2, "b") };
        Assert.Equal("a", Curfew.Fact.Merge(a, b).Origin!.By);
        Assert.Equal("b", Curfew.Fact.Merge(a, b with { Number = 11 }).Origin!.By);
        Assert.Equal("a", Curfew.Fact.Merge(a, b with { Number = 9 }).Origin!.By);
    }

    [Fact]
    public void Add_SaysWhetherAnythingChanged()
    {
        var set = Facts();
        var fact = Fact(FactKind.Session, "s", expires: 100);
        Assert.True(set.Add(fact));
        Assert.False(set.Add(fact with { Origin = new FactOrigin(1) }));
        Assert.False(set.Add(fact with { Expires = 50 }));
        Assert.True(set.Add(fact with { Expires = 101 }));
        Assert.Equal(1, set.Count);
        Assert.Equal(101, Assert.Single(set.Facts).Expires);
    }

    [Fact]
    public void Add_SameIdOfAnotherKind_IsAnotherFact()
    {
        var set = Facts(Fact(FactKind.Token, "x"), Fact(FactKind.Session, "x"), Fact(FactKind.KeptToken, "x"));
        Assert.Equal(3, set.Count);
        Assert.True(set.TryGet(new FactId(FactKind.Session, "x"), out _));
        Assert.False(set.TryGet(new FactId(FactKind.KeptSession, "x"), out _));
        Assert.False(set.TryGet(new FactId(FactKind.Session, "X"), out _));
    }

    [Fact]
    public void DropExpired_DropsWhatHasExpiredAndNothingElse()
    {
        var set = Facts(Fact(FactKind.Token, "a", expires: 100), Fact(FactKind.Token, "b", expires: 101));
        Assert.Equal(100, set.NextExpiry);
        Assert.False(set.DropExpired(99));
        Assert.True(set.DropExpired(100));
        Assert.Equal("b", Assert.Single(set.Facts).Id.Id);
        Assert.True(set.DropExpired(101));
        Assert.Empty(set.Facts);
        Assert.Null(set.NextExpiry);
    }

    [Theory]
    [InlineData(FactKind.KeptToken)]
    [InlineData(FactKind.KeptSession)]
    public void DropExpired_AnExemptionGoesWithItsCutoffOnly(FactKind kept)
    {
        var set = Facts(Fact(kept, "x", number: 50), Fact(FactKind.UserCutoff, number: 50));
        Assert.False(set.DropExpired(0));
        set.Add(Fact(FactKind.UserCutoff, number: 51));
        Assert.True(set.DropExpired(0));
        Assert.Equal(FactKind.UserCutoff, Assert.Single(set.Facts).Id.Kind);
    }
}
