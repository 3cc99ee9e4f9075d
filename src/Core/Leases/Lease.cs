namespace Curfew.Leases;

/// <summary>
/// One incarnation of a process's lease, as its holder knows it. Everything held is tied to the instance under which
/// it was read. <see cref="IsLive"/> takes no lock and may be asked on every request.
/// </summary>
public sealed class Lease
{
    private readonly LeaseOptions _options;

    // Replaced as a whole: a reader that saw one half of a renewal could outlive both.
    private volatile Term _term;
    private volatile bool _ended;

    internal Lease(LeaseId id, long number, LeaseOptions options, in ClockReading sent)
    {
        Id = id;
        Number = number;
        _options = options;
        _term = new Term(sent, options.HolderTerm);
    }

    public LeaseId Id { get; }

    /// <summary>Counts this process's leases upwards, from 1: names the incarnation within the process.</summary>
    public long Number { get; }

    /// <summary>
    /// Whether the holder may answer from memory. <paramref name="now"/> must have been read after the check
    /// started: a reading from before a pause would vouch for a lease that has been waited out since.
    /// </summary>
    public bool IsLive(in ClockReading now)
    {
        var term = _term;
        return !_ended && now.Monotonic < term.UntilMonotonic && now.Wall < term.UntilWall;
    }

    internal void Extend(in ClockReading sent)
    {
        // Responses may arrive out of order: an earlier renewal never shortens what a later one gave.
        if (sent.Monotonic + _options.HolderTerm > _term.UntilMonotonic) _term = new Term(sent, _options.HolderTerm);
    }

    internal void End() => _ended = true;

    private sealed class Term(in ClockReading sent, TimeSpan length)
    {
        public TimeSpan UntilMonotonic { get; } = sent.Monotonic + length;

        public TimeSpan UntilWall { get; } = sent.Wall + length;
    }
}
