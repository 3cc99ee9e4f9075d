namespace Curfew.Grains;

/// <summary>How long the client that asks grains waits for them.</summary>
public sealed class RevocationClientOptions
{
    /// <summary>
    /// After which a check that got no answer is "can't be known" (503). 100 ms to 1 minute. Default: 2 seconds; a cluster client
    /// sets 1.75 seconds, so that the request around it ends within 2.
    /// </summary>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After which one attempt of a check is given up and, while <see cref="CheckTimeout"/> lasts, made again: a call
    /// in flight to a process that was just killed gets no answer at all. Default: infinite, one attempt, which is right
    /// where the grains run in this process; a cluster client sets 300 ms.
    /// </summary>
    public TimeSpan CheckAttemptTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>After which a revocation that wasn't acknowledged is "can't be known" (503). 100 ms to 10 minutes. Default: 10 seconds.</summary>
    public TimeSpan RevokeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After which a revocation that got no answer is asked for again, while <see cref="RevokeTimeout"/> lasts; an attempt
    /// that failed is repeated, too. Attempts merge, so as many as it takes do no harm. Default: infinite, one attempt,
    /// which is right where the grains run in this process; a cluster client sets 1 second.
    /// </summary>
    public TimeSpan RevokeAttemptTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>What is wrong with these options, one sentence each; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (CheckTimeout < TimeSpan.FromMilliseconds(100) || CheckTimeout > TimeSpan.FromMinutes(1))
            yield return $"{nameof(CheckTimeout)} is {CheckTimeout}; it must be from 100 ms to 1 minute.";
        if (CheckAttemptTimeout != Timeout.InfiniteTimeSpan
            && (CheckAttemptTimeout < TimeSpan.FromMilliseconds(10) || CheckAttemptTimeout > CheckTimeout))
            yield return $"{nameof(CheckAttemptTimeout)} is {CheckAttemptTimeout}; it must be from 10 ms to {nameof(CheckTimeout)}, or infinite.";
        if (RevokeAttemptTimeout != Timeout.InfiniteTimeSpan
            && (RevokeAttemptTimeout < TimeSpan.FromMilliseconds(10) || RevokeAttemptTimeout > RevokeTimeout))
            yield return $"{nameof(RevokeAttemptTimeout)} is {RevokeAttemptTimeout}; it must be from 10 ms to {nameof(RevokeTimeout)}, or infinite.";
        if (RevokeTimeout < TimeSpan.FromMilliseconds(100) || RevokeTimeout > TimeSpan.FromMinutes(10))
            yield return $"{nameof(RevokeTimeout)} is {RevokeTimeout}; it must be from 100 ms to 10 minutes.";
    }
}
