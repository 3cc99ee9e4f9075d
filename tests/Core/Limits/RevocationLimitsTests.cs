namespace Curfew.Tests;

/// <summary>
/// G3: how long each kind of fact is kept, and that data kept for less is noticed. Seen red: with the session's or the
/// token's lifetime left out of SessionRetention, with one tolerance left out of the margin, and with
/// <c>configured &gt; kept</c> turned round.
/// </summary>
public sealed class RevocationLimitsTests
{
    private const long Day = 86_400;

    [Fact]
    public void Defaults_AreValid()
    {
        var limits = new RevocationLimits();
        Assert.Empty(limits.Validate());
        Assert.Equal(TimeSpan.FromSeconds(1), limits.IssuerClockTolerance);
        Assert.Equal(TimeSpan.FromHours(24), limits.MaxTokenLifetime);
        Assert.Equal(TimeSpan.FromDays(30), limits.MaxSessionLifetime);
        Assert.Equal(TimeSpan.FromMinutes(10), limits.RetentionMargin);
        Assert.Equal(10_000, limits.MaxFactsPerUser);
    }

    [Fact]
    public void Retention_OfEachKind()
    {
        var limits = new RevocationLimits { IssuerClockTolerance = TimeSpan.FromSeconds(5) };
        Assert.Equal(1000 + 10 + 600, limits.TokenRetention(1000));
        Assert.Equal(1000 + 5 + Day + 10 + 600, limits.UnknownTokenRetention(1000));
        Assert.Equal(1000 + (30 * Day) + Day + 10 + 600, limits.SessionRetention(1000));
    }

    [Fact]
    public void Validate_NamesEachLimitThatIsOutOfRange()
    {
        var limits = new RevocationLimits
        {
            IssuerClockTolerance = TimeSpan.FromSeconds(301),
            MaxTokenLifetime = TimeSpan.Zero,
            MaxSessionLifetime = TimeSpan.FromSeconds(-1),
            RetentionMargin = TimeSpan.FromDays(31),
            MaxFactsPerUser = 0,
        };
        var errors = limits.Validate().ToList();
        Assert.Equal(5, errors.Count);
        Assert.Contains(errors, e => e.StartsWith("IssuerClockTolerance is 00:05:01", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("MaxTokenLifetime ", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("MaxSessionLifetime ", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("RetentionMargin ", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("MaxFactsPerUser ", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_FractionsOfASecond_AreRefused()
    {
        // They would be cut off, and facts forgotten that much early.
        var limits = new RevocationLimits { MaxTokenLifetime = TimeSpan.FromMilliseconds(1500) };
        Assert.Contains("whole seconds", Assert.Single(limits.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Bounds_AreAccepted()
    {
        Assert.Empty(new RevocationLimits
        {
            IssuerClockTolerance = TimeSpan.Zero,
            MaxTokenLifetime = TimeSpan.FromSeconds(1),
            MaxSessionLifetime = TimeSpan.Zero,
            RetentionMargin = TimeSpan.Zero,
            MaxFactsPerUser = 1,
        }.Validate());
        Assert.Empty(new RevocationLimits
        {
            IssuerClockTolerance = TimeSpan.FromMinutes(5),
            MaxTokenLifetime = TimeSpan.FromDays(366),
            MaxSessionLifetime = TimeSpan.FromDays(3660),
            RetentionMargin = TimeSpan.FromDays(30),
            MaxFactsPerUser = 1_000_000,
        }.Validate());
    }

    [Theory]
    [InlineData(nameof(RevocationLimits.IssuerClockTolerance))]
    [InlineData(nameof(RevocationLimits.MaxTokenLifetime))]
    [InlineData(nameof(RevocationLimits.MaxSessionLifetime))]
    public void ConflictsWith_DataKeptForLess_NamesTheLimit(string name)
    {
        var limits = new RevocationLimits();
        var stored = limits.ToStored().ToDictionary();
        Assert.Empty(limits.ConflictsWith(stored));
        stored[name]++;
        Assert.Empty(limits.ConflictsWith(stored));
        stored[name] -= 2;
        Assert.StartsWith(name + " is configured as ", Assert.Single(limits.ConflictsWith(stored)), StringComparison.Ordinal);
    }

    [Fact]
    public void ConflictsWith_AnotherMargin_IsTheOperatorsChoice()
    {
        var stored = new RevocationLimits { RetentionMargin = TimeSpan.Zero }.ToStored();
        Assert.Empty(new RevocationLimits().ConflictsWith(stored));
        Assert.Empty(new RevocationLimits { RetentionMargin = TimeSpan.Zero }.ConflictsWith(new RevocationLimits().ToStored()));
    }
}
