using static Curfew.Tests.Sample;

namespace Curfew.Tests;

/// <summary>
/// The times of a token and the limits on them. Seen red: with fractions read as a double, with <c>exp</c> rounded
/// down, with <c>auth_time</c> taken though it is after <c>iat</c>, and with each comparison of CheckLimits moved by one.
/// </summary>
public sealed class TokenTimeTests
{
    private static readonly RevocationLimits Limits = new();

    [Theory]
    [InlineData("1700000000", 1_700_000_000, 1_700_000_000)]
    [InlineData("1700000000.0", 1_700_000_000, 1_700_000_000)]
    [InlineData("1700000000.5", 1_700_000_000, 1_700_000_001)]
    [InlineData("1700000000.000001", 1_700_000_000, 1_700_000_001)]
    [InlineData("1700000000.9999999999", 1_700_000_000, 1_700_000_001)]
    [InlineData("1700000000.0000000000001", 1_700_000_000, 1_700_000_001)]
    [InlineData("1.7e9", 1_700_000_000, 1_700_000_000)]
    [InlineData("17E+8", 1_700_000_000, 1_700_000_000)]
    [InlineData("0", 0, 0)]
    [InlineData("-0", 0, 0)]
    [InlineData("-0.0", 0, 0)]
    [InlineData("0.1", 0, 1)]
    [InlineData("253402300799", 253_402_300_799, 253_402_300_799)]
    public void Times_AreRoundedToTheSafeSide(string number, long down, long up)
    {
        var token = ReadAccepted($$"""{"iss":"i","sub":"a","iat":{{number}},"exp":{{number}},"auth_time":{{number}}}""");
        Assert.Equal(down, token.IssuedAt);
        Assert.Equal(down, token.AuthTime);
        Assert.Equal(up, token.Expires);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-0.5")]
    [InlineData("-1e300")]
    [InlineData("253402300800")]
    [InlineData("253402300799.5")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("1e300")]
    [InlineData("1e999")]
    [InlineData("1e99999999999")]
    [InlineData("1700000000.0000000000000000000000000001")]
    [InlineData("\"1700000000\"")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[1700000000]")]
    public void Times_OutOfRangeOrNoNumber_AreMalformed(string number)
    {
        Assert.Equal(TokenRefusal.Malformed, Read($$"""{"iss":"i","sub":"a","iat":{{number}},"exp":2}"""));
        Assert.Equal(TokenRefusal.Malformed, Read($$"""{"iss":"i","sub":"a","iat":1,"exp":{{number}}}"""));
        Assert.Equal(TokenRefusal.Malformed, Read($$"""{"iss":"i","sub":"a","iat":1,"exp":2,"auth_time":{{number}}}"""));
    }

    [Fact]
    public void AuthenticatedAt_IsTheEarlierOfAuthTimeAndIssue()
    {
        Assert.Equal(50, Token(issuedAt: 100, authTime: 50).AuthenticatedAt);
        Assert.Equal(100, Token(issuedAt: 100, authTime: 150).AuthenticatedAt);
        Assert.Equal(100, Token(issuedAt: 100).AuthenticatedAt);
    }

    [Theory]
    [InlineData(0, TokenRefusal.None)]
    [InlineData(1, TokenRefusal.None)]
    [InlineData(2, TokenRefusal.IssuedInFuture)]
    public void CheckLimits_IssuedLaterThanTolerated_IsRefused(long ahead, TokenRefusal expected)
    {
        Assert.Equal(expected, Token(issuedAt: Now + ahead).CheckLimits(Limits, Clock));
        Assert.Equal(expected, Token(issuedAt: Now + ahead).CheckLimits(Limits, Clock.AddMilliseconds(999)));
    }

    [Theory]
    [InlineData(-1, TokenRefusal.LifetimeTooLong)]
    [InlineData(0, TokenRefusal.None)]
    [InlineData(86_400, TokenRefusal.None)]
    [InlineData(86_401, TokenRefusal.LifetimeTooLong)]
    public void CheckLimits_Lifetime(long lifetime, TokenRefusal expected) =>
        Assert.Equal(expected, Token(lifetime: lifetime).CheckLimits(Limits, Clock));

    [Fact]
    public void CheckLimits_LargestTimes_DoNotOverflow()
    {
        var token = Token(issuedAt: 0, lifetime: 253_402_300_799);
        Assert.Equal(TokenRefusal.LifetimeTooLong, token.CheckLimits(Limits, DateTimeOffset.UnixEpoch));
        Assert.Equal(
            TokenRefusal.IssuedInFuture, Token(issuedAt: 253_402_300_799, lifetime: 0).CheckLimits(Limits, Clock));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    public void IsExpired_PastTheTolerance(int millisecondsPastExpiry, bool expired)
    {
        var token = Token(issuedAt: Now - 3600, lifetime: 3600);
        var now = Clock.AddMilliseconds(millisecondsPastExpiry);
        Assert.Equal(expired, token.IsExpired(Limits, now));
        Assert.Equal(expired ? TokenRefusal.Expired : TokenRefusal.None, token.CheckLimits(Limits, now));
    }
}
