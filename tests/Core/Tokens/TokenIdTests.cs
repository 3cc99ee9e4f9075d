using System.Security.Cryptography;
using System.Text;
using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>Seen red: with the hash over the payload alone, and with a TryParse that takes upper-case hex.</summary>
public sealed class TokenIdTests
{
    private const string NoJti = """{"iss":"i","sub":"a","iat":1,"exp":2}""";

    [Fact]
    public void TokenWithJti_IsNamedByItAlone()
    {
        var one = ReadAccepted(Payload(), """{"alg":"HS256"}""").Id;
        var two = ReadAccepted(Payload("\"scope\":\"x\""), """{"alg":"RS256"}""").Id;
        Assert.Equal(one, two);
        Assert.Equal("jti:t1", one.ToString());
    }

    [Fact]
    public void TokenWithoutJti_IsNamedByTheHashOfItsDecodedBytes()
    {
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Header + NoJti)));
        Assert.Equal("sha256:" + expected, ReadAccepted(NoJti).Id.ToString());

        // Header and payload both count.
        Assert.NotEqual(ReadAccepted(NoJti).Id, ReadAccepted(NoJti, """{"alg":"HS384"}""").Id);
        Assert.NotEqual(ReadAccepted(NoJti).Id, ReadAccepted(NoJti.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)).Id);
    }

    [Fact]
    public void JtiThatLooksLikeAHash_IsNotThatTokensId()
    {
        var hash = ReadAccepted(NoJti).Id.ToString();
        Assert.NotEqual(hash, TokenId.FromJti(hash).ToString());
        Assert.NotEqual(hash, TokenId.FromJti(hash["sha256:".Length..]).ToString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("jti:x")]
    [InlineData(" a/b|c%20 ü 😀\u0000")]
    public void ParseAndFormat_GoTogether(string jti)
    {
        var id = TokenId.FromJti(jti);
        Assert.True(TokenId.TryParse(id.ToString(), out var parsed));
        Assert.Equal(id, parsed);
        Assert.Equal("jti:" + jti, id.ToString());
    }

    [Fact]
    public void ParseAndFormat_GoTogetherForHashes()
    {
        var id = TokenId.FromContent("{}"u8, "{}"u8);
        Assert.True(TokenId.TryParse(id.ToString(), out var parsed));
        Assert.Equal(id, parsed);
        Assert.False(TokenId.TryParse("sha256:" + id.ToString()["sha256:".Length..].ToUpperInvariant(), out _));
        Assert.False(TokenId.TryParse(id + "0", out _));
        Assert.False(TokenId.TryParse(id.ToString()[..^1], out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("jti:")]
    [InlineData("JTI:x")]
    [InlineData("sha256:")]
    [InlineData("sha256:xyz")]
    public void TryParse_AnythingElse_IsRefused(string? text)
    {
        Assert.False(TokenId.TryParse(text, out var id));
        Assert.Equal("", id.ToString());
    }

    [Fact]
    public void FromJti_Unusable_IsAnArgumentError()
    {
        Assert.False(TokenId.TryParse("jti:\ud800", out _));
        Assert.Throws<ArgumentException>(() => TokenId.FromJti(""));
        Assert.Throws<ArgumentException>(() => TokenId.FromJti("\udc00"));
        Assert.Throws<ArgumentException>(() => TokenId.FromJti(new string('x', 1025)));
    }
}
