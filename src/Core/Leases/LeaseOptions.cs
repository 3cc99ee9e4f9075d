namespace Curfew.Leases;

/// <summary>
/// How long a process may answer from memory without hearing from the store. All processes of a cluster must be
/// configured alike: the revoker waits out the length that it knows.
/// </summary>
public sealed record LeaseOptions
{
    /// <summary>
    /// L. Default 3 s, 1 s to 60 s. It bounds how long a logout may wait for a node that died or was cut off
    /// (<see cref="ConfirmWithin"/> + L + drift), and how long checks go on from memory while the store is away.
    /// </summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The largest deviation of a monotonic clock's rate from true time that is reckoned with, as a fraction. Default
    /// 0.01, 0.0005 to 0.1; quartz stays within 0.0002 and NTP slews by up to 0.0005. A holder counts its lease this
    /// much shorter, a revoker waits this much longer.
    /// </summary>
    public double ClockDrift { get; init; } = 0.01;

    /// <summary>
    /// How long a revoker waits for the holders' confirmations before it fences those that are missing. Default
    /// 400 ms, 10 ms to <see cref="Length"/>. Shorter makes a logout wait less for a dead node, and makes a
    /// node that merely paused lose its lease, and with it all that it holds.
    /// </summary>
    public TimeSpan ConfirmWithin { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// What is held is read from storage again when it is this old. Default 1 minute, 1 s to 1 hour. Bounds how long a
    /// revocation that was persisted, but whose revoker died before it told anybody, isn't effective.
    /// </summary>
    public TimeSpan ReadAgainAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a holder renews: a sixth of <see cref="Length"/>, so that five renewals may be lost.</summary>
    public TimeSpan RenewEvery => Length / 6;

    /// <summary>How long a holder counts on a lease, by its own clocks, from before the renewal was sent.</summary>
    public TimeSpan HolderTerm => Length * (1 - ClockDrift);

    /// <summary>How long a revoker waits, by its own clock, until a lease that can't be renewed has ended.</summary>
    public TimeSpan WaitOut => Length * (1 + ClockDrift);

    /// <summary>What is wrong with these options; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(Length >= TimeSpan.FromSeconds(1) && Length <= TimeSpan.FromSeconds(60), $"{nameof(Length)} must be 1 to 60 seconds, not {Length}.");
        Check(ClockDrift is >= 0.0005 and <= 0.1, $"{nameof(ClockDrift)} must be 0.0005 to 0.1, not {ClockDrift}.");
        Check(
            ConfirmWithin >= TimeSpan.FromMilliseconds(10) && ConfirmWithin <= Length,
            $"{nameof(ConfirmWithin)} must be 10 ms to {nameof(Length)}, not {ConfirmWithin}.");
        Check(
            ReadAgainAfter >= TimeSpan.FromSeconds(1) && ReadAgainAfter <= TimeSpan.FromHours(1),
            $"{nameof(ReadAgainAfter)} must be 1 second to 1 hour, not {ReadAgainAfter}.");
        return errors;

        void Check(bool holds, string error)
        {
            if (!holds) errors.Add(error);
        }
    }
}
