using System.Text;
using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// The refusals of design.md's "Terms" that need no limits. Seen red: without the check for a second member of the
/// same name, for <c>events</c>, for <c>cnf</c>, for <c>crit</c>, and without the read past the object's end.
/// </summary>
public sealed class TokenReaderTests
{
    [Fact]
    public void TryRead_AllClaims_AreRead()
    {
        var token = ReadAccepted(Payload(
            """ "sid":"s1","client_id":"c1","azp":"c2","auth_time":1699990000,"scope":"a b","aud":["x",{"y":[1]}] """));

        Assert.Equal(new UserKey(Issuer, "alice"), token.User);
        Assert.Equal("jti:t1", token.Id.ToString());
        Assert.Equal("s1", token.Session);
        Assert.Equal("c1", token.ClientId);
        Assert.Equal("c2", token.AuthorizedParty);
        Assert.Equal(1_699_990_000, token.AuthTime);
        Assert.Equal(Now, token.IssuedAt);
        Assert.Equal(Now + 3600, token.Expires);
    }

    [Theory]
    [InlineData("""{"sub":"a","iat":1,"exp":2}""", TokenRefusal.MissingIssuer)]
    [InlineData("""{"iss":"i","iat":1,"exp":2}""", TokenRefusal.MissingSubject)]
    [InlineData("""{"iss":"i","sub":"a","exp":2}""", TokenRefusal.MissingIssuedAt)]
    [InlineData("""{"iss":"i","sub":"a","iat":1}""", TokenRefusal.MissingExpiry)]
    [InlineData("""{"iss":"","sub":"a","iat":1,"exp":2}""", TokenRefusal.MissingIssuer)]
    [InlineData("""{"iss":"i","sub":"","iat":1,"exp":2}""", TokenRefusal.MissingSubject)]
    [InlineData("""{"iss":"i","sub":null,"iat":1,"exp":2}""", TokenRefusal.MissingSubject)]
    [InlineData("""{"iss":"i","sub":"a","iat":null,"exp":2}""", TokenRefusal.MissingIssuedAt)]
    [InlineData("""{"iss":"i","sub":"a","iat":1,"exp":null}""", TokenRefusal.MissingExpiry)]
    [InlineData("{}", TokenRefusal.MissingIssuer)]
    public void TryRead_RequiredClaimAbsentEmptyOrNull_IsNamed(string payload, TokenRefusal expected) =>
        Assert.Equal(expected, Read(payload));

    // Red when the claim is read whoever asks for it, when client_id doesn't come first, and when it may stand twice.
    [Theory]
    [InlineData("cid", "\"cid\":\"okta\"", "okta")]
    [InlineData("cid", "\"cid\":\"okta\",\"client_id\":\"c1\"", "c1")]
    [InlineData("cid", "\"cid\":null", null)]
    [InlineData(null, "\"cid\":\"okta\"", null)]
    [InlineData("", "\"\":\"x\",\"cid\":\"okta\"", null)]
    [InlineData("azp", "\"azp\":\"party\"", null)]
    [InlineData("cid", "\"cid\":7", "")]
    [InlineData("cid", "\"cid\":\"a\",\"cid\":\"a\"", "")]
    public void TryRead_ClientUnderAnotherName(string? claim, string members, string? client)
    {
        var refusal = TokenReader.TryRead(
            Encoding.UTF8.GetBytes(Header), Encoding.UTF8.GetBytes(Payload(members)), false, out var token, claim);
        Assert.Equal(client == "" ? TokenRefusal.Malformed : TokenRefusal.None, refusal);
        Assert.Equal(client == "" ? null : client, token?.ClientId);
    }

    [Theory]
    [InlineData("iss", "\"x\"")]
    [InlineData("sub", "\"alice\"")]
    [InlineData("jti", "null")]
    [InlineData("iat", "1700000000")]
    [InlineData("exp", "1700003600")]
    [InlineData("\\u0073ub", "\"mallory\"")]
    public void TryRead_ClaimTwice_IsMalformed(string name, string value) =>
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"{name}\":{value}")));

    [Theory]
    [InlineData("sid")]
    [InlineData("client_id")]
    [InlineData("azp")]
    public void TryRead_OptionalTextTwiceNullEmptyOrOfAnotherType(string name)
    {
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"{name}\":\"a\",\"{name}\":\"a\"")));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"{name}\":null,\"{name}\":\"a\"")));
        foreach (var value in new[] { "1", "true", "[]", "{}", "[\"a\"]" })
            Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"{name}\":{value}")));
        foreach (var value in new[] { "null", "\"\"" })
        {
            var token = ReadAccepted(Payload($"\"{name}\":{value}"));
            Assert.Null(token.Session);
            Assert.Null(token.ClientId);
            Assert.Null(token.AuthorizedParty);
        }
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void TryRead_EmptyTokenId_IsNamedByItsContent(string jti)
    {
        // All tokens with an empty jti being one, the logout of one would be the logout of all.
        var token = ReadAccepted($$"""{"iss":"i","sub":"a","jti":{{jti}},"iat":1,"exp":2}""");
        Assert.StartsWith("sha256:", token.Id.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("sid")]
    [InlineData("jti")]
    public void TryRead_TextLongerThan1024_IsMalformed(string name)
    {
        string With(int length) => Payload().Replace("\"sub\":\"alice\",\"jti\":\"t1\"",
            string.Join(',', new[] { "sub", "sid", "jti" }.Select(n => $"\"{n}\":\"{new string('x', n == name ? length : 1)}\"")),
            StringComparison.Ordinal);
        Assert.Equal(TokenRefusal.None, Read(With(1024)));
        Assert.Equal(TokenRefusal.Malformed, Read(With(1025)));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00x")]
    [InlineData("a\\ud83dz")]
    public void TryRead_LoneSurrogate_IsMalformedAnywhere(string text)
    {
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"sid\":\"{text}\"")));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"scope\":\"{text}\"")));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"{text}\":1")));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"x\":[1,{{\"a\":[\"{text}\"]}},2]")));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload($"\"x\":[1,{{\"{text}\":[]}},2]")));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload(), header: $"{{\"kid\":\"{text}\"}}"));
        Assert.Equal(TokenRefusal.None, Read(Payload("\"sid\":\"\\ud83d\\ude00\"")));
    }

    [Fact]
    public void TryRead_BytesThatAreNotUtf8_AreMalformedInAnyClaim()
    {
        foreach (var name in new[] { "sid", "other", "scope" })
        {
            var bytes = Encoding.Latin1.GetBytes(Payload($"\"{name}\":\"\u00ff\""));
            Assert.Equal(TokenRefusal.Malformed, TokenReader.TryRead(Encoding.UTF8.GetBytes(Header), bytes, false, out _));
        }

        var header = Encoding.Latin1.GetBytes("{\"kid\":\"\u00e9\"}");
        Assert.Equal(TokenRefusal.Malformed, TokenReader.TryRead(header, Encoding.UTF8.GetBytes(Payload()), false, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("{},")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("/**/{}")]
    [InlineData("\ufeff{}")]
    public void TryRead_NotOneJsonObject_IsMalformed(string text)
    {
        Assert.Equal(TokenRefusal.Malformed, Read(text));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload(), header: text));

        // The same around a good payload.
        var around = text.Replace("{}", Payload(), StringComparison.Ordinal);
        Assert.Equal(TokenRefusal.Malformed, Read(around));
    }

    [Fact]
    public void TryRead_WhiteSpaceAround_IsAccepted() => Assert.Equal(TokenRefusal.None, Read(" \r\n\t" + Payload() + "\n "));

    [Fact]
    public void TryRead_NestedTooDeep_IsMalformed()
    {
        string Nested(int depth) => Payload($"\"x\":{new string('[', depth)}{new string(']', depth)}");
        Assert.Equal(TokenRefusal.None, Read(Nested(60)));
        Assert.Equal(TokenRefusal.Malformed, Read(Nested(64)));
        Assert.Equal(TokenRefusal.Malformed, Read(Nested(20_000)));
        Assert.Equal(TokenRefusal.Malformed, Read(Payload(), header: $"{{\"x\":{new string('[', 20_000)}}}"));
    }

    [Fact]
    public void TryRead_ClaimsInsideOtherMembers_AreNotTheTokens()
    {
        var token = ReadAccepted(Payload("""
            "act":{"sub":"mallory","iat":1,"events":{}},"x":[{"cnf":1,"sid":"other"}]
            """));
        Assert.Equal("alice", token.User.Subject);
        Assert.Null(token.Session);
    }

    [Theory]
    [InlineData("JWT", true)]
    [InlineData("jwt", true)]
    [InlineData("at+jwt", true)]
    [InlineData("AT+JWT", true)]
    [InlineData("application/at+jwt", true)]
    [InlineData("Application/JWT", true)]
    [InlineData("logout+jwt", false)]
    [InlineData("secevent+jwt", false)]
    [InlineData("dpop+jwt", false)]
    [InlineData("application/logout+jwt", false)]
    [InlineData("text/jwt", false)]
    [InlineData("JWT ", false)]
    [InlineData("", false)]
    public void TryRead_Type(string type, bool accepted) =>
        Assert.Equal(
            accepted ? TokenRefusal.None : TokenRefusal.NotAccessToken,
            Read(Payload(), $$"""{"typ":"{{type}}","alg":"x"}"""));

    [Theory]
    [InlineData("""{"alg":"x"}""", TokenRefusal.None)]
    [InlineData("""{"typ":null}""", TokenRefusal.Malformed)]
    [InlineData("""{"typ":1}""", TokenRefusal.Malformed)]
    [InlineData("""{"typ":["JWT"]}""", TokenRefusal.Malformed)]
    [InlineData("""{"typ":"JWT","typ":"JWT"}""", TokenRefusal.Malformed)]
    [InlineData("""{"typ":"logout+jwt","\u0074yp":"JWT"}""", TokenRefusal.Malformed)]
    [InlineData("""{"crit":["b64"],"b64":false}""", TokenRefusal.Malformed)]
    [InlineData("""{"crit":null}""", TokenRefusal.Malformed)]
    [InlineData("""{"x":{"typ":"logout+jwt","crit":1}}""", TokenRefusal.None)]
    public void TryRead_Header(string header, TokenRefusal expected) => Assert.Equal(expected, Read(Payload(), header));

    [Theory]
    [InlineData("\"events\":{}")]
    [InlineData("\"events\":null")]
    [InlineData("\"\\u0065vents\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}")]
    public void TryRead_SecurityEvent_IsNoBearerToken(string claim) =>
        Assert.Equal(TokenRefusal.SecurityEvent, Read(Payload(claim)));

    [Theory]
    [InlineData("\"cnf\":{\"jkt\":\"x\"}")]
    [InlineData("\"cnf\":null")]
    public void TryRead_SenderConstrained_IsRefusedUnlessAllowed(string claim)
    {
        Assert.Equal(TokenRefusal.SenderConstrained, Read(Payload(claim)));
        Assert.Equal(TokenRefusal.None, Read(Payload(claim), allowSenderConstrained: true));
        Assert.Equal(TokenRefusal.SecurityEvent, Read(Payload(claim + ",\"events\":1"), allowSenderConstrained: true));
    }
}
