using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// The table of design.md, "A revocation is a fact". Seen red: with client cutoffs that know exemptions, with azp left
/// out, with <c>&lt;</c> for <c>&lt;=</c> in each comparison, and with an exemption of a smaller number.
/// </summary>
public sealed class JudgeTests
{
    [Fact]
    public void NoFacts_IsValid() => Assert.Equal(Verdict.Valid, Facts().Decide(Token(session: "s", clientId: "c")));

    [Fact]
    public void TokenFact_CoversThatToken()
    {
        var facts = Facts(Fact(FactKind.Token, "jti:t1"));
        Assert.Equal(Verdict.TokenRevoked, facts.Decide(Token("t1")));
        Assert.Equal(Verdict.Valid, facts.Decide(Token("t2")));
        Assert.Equal(Verdict.Valid, facts.Decide(Token("t2", session: "jti:t1", clientId: "jti:t1")));
    }

    [Fact]
    public void ExpiredFactsThatAreStillThere_Count() =>
        Assert.Equal(Verdict.TokenRevoked, Facts(Fact(FactKind.Token, "jti:t1", expires: 0)).Decide(Token("t1")));

    [Theory]
    [InlineData("c1", null, true)]
    [InlineData(null, "c1", true)]
    [InlineData("c2", "c1", true)]
    [InlineData("c1", "c2", true)]
    [InlineData("c2", "c2", false)]
    [InlineData(null, null, false)]
    public void ClientCutoff_CoversClientIdAndAuthorizedParty(string? clientId, string? azp, bool covered)
    {
        var facts = Facts(Fact(FactKind.ClientCutoff, "c1", Now));
        Assert.Equal(
            covered ? Verdict.ClientCutoff : Verdict.Valid, facts.Decide(Token(clientId: clientId, authorizedParty: azp)));
    }

    [Fact]
    public void ClientAndIssuerCutoffs_CompareTheIssueNotTheAuthentication()
    {
        var token = Token(clientId: "c1", issuedAt: Now + 1, authTime: Now - 100);
        Assert.Equal(Verdict.Valid, Facts(Fact(FactKind.ClientCutoff, "c1", Now)).Decide(token));
        Assert.Equal(Verdict.Valid, Facts(Fact(FactKind.IssuerCutoff, "", Now)).Decide(token));
        Assert.Equal(Verdict.ClientCutoff, Facts(Fact(FactKind.ClientCutoff, "c1", Now + 1)).Decide(token));
        Assert.Equal(Verdict.IssuerCutoff, Facts(Fact(FactKind.IssuerCutoff, "", Now + 1)).Decide(token));
    }

    [Theory]
    [InlineData(FactKind.KeptToken, "jti:t1")]
    [InlineData(FactKind.KeptSession, "s1")]
    public void Exemptions_AreFromUserCutoffsUpToTheirs(FactKind kept, string id)
    {
        var token = Token("t1", session: "s1", clientId: "c1");
        Verdict Under(params Fact[] facts) => Facts([Fact(kept, id, Now + 5), .. facts]).Decide(token);

        Assert.Equal(Verdict.Valid, Under(Fact(FactKind.UserCutoff, "", Now + 4)));
        Assert.Equal(Verdict.Valid, Under(Fact(FactKind.UserCutoff, "", Now + 5)));
        Assert.Equal(Verdict.UserCutoff, Under(Fact(FactKind.UserCutoff, "", Now + 6)));
        Assert.Equal(Verdict.ClientCutoff, Under(Fact(FactKind.ClientCutoff, "c1", Now)));
        Assert.Equal(Verdict.IssuerCutoff, Under(Fact(FactKind.IssuerCutoff, "", Now)));
        Assert.Equal(Verdict.TokenRevoked, Under(Fact(FactKind.Token, "jti:t1")));
        Assert.Equal(Verdict.SessionRevoked, Under(Fact(FactKind.Session, "s1")));
    }

    [Fact]
    public void Exemptions_ByTokenAndBySession_AreIndependent()
    {
        var token = Token("t1", session: "s1");
        Assert.Equal(Verdict.Valid, Facts(
            Fact(FactKind.UserCutoff, "", Now + 5),
            Fact(FactKind.KeptToken, "jti:t1", Now + 1),
            Fact(FactKind.KeptSession, "s1", Now + 5)).Decide(token));
        Assert.Equal(Verdict.UserCutoff, Facts(
            Fact(FactKind.UserCutoff, "", Now + 5),
            Fact(FactKind.KeptToken, "s1", Now + 5),
            Fact(FactKind.KeptSession, "jti:t1", Now + 5)).Decide(token));
    }
}
