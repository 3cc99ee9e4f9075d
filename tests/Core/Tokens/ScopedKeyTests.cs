namespace Curfew.Tests;

/// <summary>Seen red: with parts that are not encoded, and with a TryParse that doesn't insist on the canonical text.</summary>
public sealed class ScopedKeyTests
{
    private static readonly string[] Parts =
    [
        "a", "A", "a|", "|a", "|", "||", "a|b", "b", "%", "%7C", "%7c", "%25", "a%7Cb", "a/b", "a/", "/", "//", "a b", "a+b",
        "a%20b", "https://i.example/", "https://i.example", "ü", "u\u0308", "é", "😀", "\u0000", "\n", "\u202e\u200f", "\ufffd",
        "\uffff", ".", "..", "~", "'", "\\", "{0}", "𝒳",
    ];

    [Fact]
    public void ToString_DifferentUsers_NeverShareAKey()
    {
        var keys = new Dictionary<string, UserKey>();
        foreach (var issuer in Parts)
        {
            foreach (var subject in Parts)
            {
                var user = new UserKey(issuer, subject);
                Assert.True(keys.TryAdd(user.ToString(), user), $"{user} is two users' key.");
                Assert.Equal(user, UserKey.Parse(user.ToString()));
                Assert.True(user.ToString().All(char.IsAscii));
                Assert.Equal(new ClientKey(issuer, subject), ClientKey.Parse(user.ToString()));
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("|")]
    [InlineData("a")]
    [InlineData("a|")]
    [InlineData("|a")]
    [InlineData("a|b|c")]
    [InlineData("a|b c")]
    [InlineData("a|%7c")]
    [InlineData("a|%61")]
    [InlineData("a|/")]
    [InlineData("a|ü")]
    [InlineData("a|%")]
    [InlineData("a|%ff")]
    [InlineData("a|%FF")]
    [InlineData("a|%C0%AF")]
    [InlineData("a|%ED%A0%80")]
    [InlineData("a|b ")]
    public void TryParse_TextThatIsNotCanonical_IsRefused(string? text)
    {
        Assert.False(UserKey.TryParse(text, out var user));
        Assert.Equal(default, user);
        Assert.False(ClientKey.TryParse(text, out var client));
        Assert.Equal(default, client);
        if (text is not null)
        {
            Assert.Throws<FormatException>(() => UserKey.Parse(text));
            Assert.Throws<FormatException>(() => ClientKey.Parse(text));
        }
    }

    [Fact]
    public void LongestParts_GoThereAndBack()
    {
        var user = new UserKey(new string('ü', 1024), string.Concat(Enumerable.Repeat("😀", 512)));
        Assert.Equal(user, UserKey.Parse(user.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Constructor_UnusablePart_IsAnArgumentErrorThatNamesIt(string? part)
    {
        Assert.Equal("issuer", Assert.Throws<ArgumentException>(() => new UserKey(part!, "a")).ParamName);
        Assert.Equal("subject", Assert.Throws<ArgumentException>(() => new UserKey("a", part!)).ParamName);
        Assert.Equal("issuer", Assert.Throws<ArgumentException>(() => new ClientKey(part!, "a")).ParamName);
        Assert.Equal("clientId", Assert.Throws<ArgumentException>(() => new ClientKey("a", part!)).ParamName);
    }

    // Not inline data: the runner passes that on in UTF-8, which has no lone surrogates.
    [Fact]
    public void LoneSurrogates_AreNoPartOfAKey()
    {
        foreach (var part in new[] { "\ud800", "a\udc00b", "\udc00\ud800" })
        {
            Assert.Throws<ArgumentException>(() => new UserKey("a", part));
            Assert.Throws<ArgumentException>(() => new UserKey(part, "a"));
            Assert.Throws<ArgumentException>(() => new ClientKey("a", part));
            Assert.False(UserKey.TryParse("a|" + part, out _));
        }
    }

    [Fact]
    public void Constructor_PartOver1024_IsAnArgumentError()
    {
        Assert.Throws<ArgumentException>(() => new UserKey("a", new string('x', 1025)));
        Assert.Throws<ArgumentException>(() => new ClientKey(new string('x', 1025), "a"));
    }
}
