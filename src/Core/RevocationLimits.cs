namespace Curfew;

/// <summary>
/// The bounds that every node agrees on. They decide how long a fact must be kept, so they are stored with the data:
/// a node configured with larger ones than the data was kept for refuses to start.
/// </summary>
public sealed class RevocationLimits
{
    /// <summary>How far the clocks of issuers and nodes may disagree. Whole seconds, 0 to 5 minutes. Default: 1 second.</summary>
    /// <remarks>Larger lets a logout everywhere refuse new logins for longer: <c>not_before</c> is now + tolerance + 1.</remarks>
    public TimeSpan IssuerClockTolerance { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest <c>exp</c> − <c>iat</c> that is accepted. Whole seconds, 1 second to 366 days. Default: 24 hours.</summary>
    public TimeSpan MaxTokenLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The longest that a session may go on at the issuer. Whole seconds, up to 3660 days. Default: 30 days.</summary>
    public TimeSpan MaxSessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How much longer than needed a fact is kept, against clocks that step. Whole seconds, up to 30 days. Default: 10 minutes.</summary>
    public TimeSpan RetentionMargin { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many live facts one user may have; the next single revocation is refused (HTTP 429), a logout everywhere
    /// always succeeds. 1 to 1,000,000. Default: 10,000.
    /// </summary>
    public int MaxFactsPerUser { get; set; } = 10_000;

    /// <summary>
    /// Start though the data was kept for smaller limits, and keep it for these from now on. Set it for one start only, once
    /// no token or session that began before can outlive the smaller limits. Default: false.
    /// </summary>
    public bool AcceptLarger { get; set; }

    internal long ToleranceSeconds => (long)IssuerClockTolerance.TotalSeconds;

    internal long MaxTokenSeconds => (long)MaxTokenLifetime.TotalSeconds;

    // Twice the tolerance: a token is accepted for one of them past its exp, and the clock that accepts it may be behind
    // the clock that drops the fact by another. So a margin of zero still never forgets early.
    private long MarginSeconds => (2 * ToleranceSeconds) + (long)RetentionMargin.TotalSeconds;

    /// <summary>Until when a fact about one token is kept, in Unix seconds.</summary>
    /// <param name="expires">The token's <c>exp</c>.</param>
    public long TokenRetention(long expires) => expires + MarginSeconds;

    /// <summary>Until when a fact about a token that is known by its id alone is kept: as if it were issued now.</summary>
    public long UnknownTokenRetention(long now) => TokenRetention(now + ToleranceSeconds + MaxTokenSeconds);

    /// <summary>Until when a session fact made now, or a cutoff at <paramref name="instant"/>, is kept, in Unix seconds.</summary>
    public long SessionRetention(long instant) =>
        instant + (long)MaxSessionLifetime.TotalSeconds + MaxTokenSeconds + MarginSeconds;

    /// <summary>What is wrong with these limits, one sentence each; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var (name, value, least, most) in new[]
        {
            (nameof(IssuerClockTolerance), IssuerClockTolerance, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            (nameof(MaxTokenLifetime), MaxTokenLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(366)),
            (nameof(MaxSessionLifetime), MaxSessionLifetime, TimeSpan.Zero, TimeSpan.FromDays(3660)),
            (nameof(RetentionMargin), RetentionMargin, TimeSpan.Zero, TimeSpan.FromDays(30)),
        })
        {
            if (value < least || value > most)
                yield return $"{name} is {value}; it must be from {least} to {most}.";
            else if (value.Ticks % TimeSpan.TicksPerSecond != 0)
                yield return $"{name} is {value}; it must be whole seconds.";
        }

        if (MaxFactsPerUser is < 1 or > 1_000_000)
            yield return $"{nameof(MaxFactsPerUser)} is {MaxFactsPerUser}; it must be from 1 to 1000000.";
    }

    /// <summary>The limits that data is kept for, in seconds, by the name under which they are stored with it.</summary>
    public IReadOnlyDictionary<string, long> ToStored() => new Dictionary<string, long>
    {
        [nameof(IssuerClockTolerance)] = ToleranceSeconds,
        [nameof(MaxTokenLifetime)] = MaxTokenSeconds,
        [nameof(MaxSessionLifetime)] = (long)MaxSessionLifetime.TotalSeconds,
        [nameof(RetentionMargin)] = (long)RetentionMargin.TotalSeconds,
    };

    /// <summary>
    /// What these limits promise that data kept under <paramref name="stored"/> can't keep: facts may be gone already
    /// that the larger limits would still need. One sentence each; empty when all is well.
    /// </summary>
    public IEnumerable<string> ConflictsWith(IReadOnlyDictionary<string, long> stored)
    {
        // A smaller limit is always safe; a smaller margin is the operator's own choice.
        foreach (var (name, configured) in ToStored())
        {
            if (!AcceptLarger && name != nameof(RetentionMargin) && stored.TryGetValue(name, out var kept) && configured > kept)
            {
                yield return $"{name} is configured as {configured} s, but the stored revocations were kept for {kept} s: "
                    + "tokens that were logged out could come back.";
            }
        }
    }
}
