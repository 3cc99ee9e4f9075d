namespace Curfew.Grains;

/// <summary>How the grains of a silo behave.</summary>
public sealed class GrainOptions
{
    /// <summary>
    /// The least time between two clean-ups of one user: what expires within it is dropped in one go. Default: 1 minute,
    /// which is Orleans's own minimum; a shorter one lowers that, too. From 1 second to 1 day.
    /// </summary>
    public TimeSpan ReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a user's grain stays in memory after it was last asked. Nearly all users have no facts: this bounds what
    /// they cost. Default: 5 minutes. From 1 minute to 1 day.
    /// </summary>
    public TimeSpan IdleGrainAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with these options, one sentence each; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (ReminderPeriod < TimeSpan.FromSeconds(1) || ReminderPeriod > TimeSpan.FromDays(1))
            yield return $"{nameof(ReminderPeriod)} is {ReminderPeriod}; it must be from 1 second to 1 day.";
        if (IdleGrainAge < TimeSpan.FromMinutes(1) || IdleGrainAge > TimeSpan.FromDays(1))
            yield return $"{nameof(IdleGrainAge)} is {IdleGrainAge}; it must be from 1 minute to 1 day.";
    }
}
