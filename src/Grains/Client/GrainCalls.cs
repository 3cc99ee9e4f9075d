namespace Curfew.Grains;

// How long and how often a grain is asked, and what becomes of a failure. The call is made in here: on a client that was
// stopped it fails before it returns a task.
internal sealed class GrainCalls(RevocationClientOptions options, TimeProvider time)
{
    /// <summary>Before the next attempt.</summary>
    internal static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    /// <summary>One question.</summary>
    public Task<T> AskAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        WaitAsync(call, options.CheckTimeout, cancellationToken);

    /// <summary>A revocation, in one attempt or in as many as fit.</summary>
    /// <param name="call">Makes an attempt of the request that it is given.</param>
    public Task<RevokeResult> TellAsync(
        RevokeRequest request, Func<RevokeRequest, Task<RevokeResult>> call, CancellationToken cancellationToken)
    {
        if (options.RevokeAttemptTimeout == Timeout.InfiniteTimeSpan)
            return WaitAsync(() => call(request), options.RevokeTimeout, cancellationToken);
        var named = request with { Attempt = Guid.NewGuid() };
        return WaitAsync(() => TellPatientlyAsync(() => call(named), cancellationToken), options.RevokeTimeout, cancellationToken);
    }

    /// <summary>One write, which merges.</summary>
    public Task<T> TellAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        WaitAsync(call, options.RevokeTimeout, cancellationToken);

    private async Task<RevokeResult> TellPatientlyAsync(Func<Task<RevokeResult>> call, CancellationToken cancellationToken)
    {
        // An attempt that got no answer is left under way: it may be the one that waits for a dead node's lease.
        var started = time.GetTimestamp();
        var underWay = new List<Task<RevokeResult>>();
        while (true)
        {
            underWay.Add(AttemptAsync(call));
            var next = Task.Delay(options.RevokeAttemptTimeout, time, cancellationToken);
            while (underWay.Count > 0 && await Task.WhenAny([.. underWay, next]) is Task<RevokeResult> ended)
            {
                if (ended.IsCompletedSuccessfully)
                    return ended.Result;
                underWay.Remove(ended);
                if (underWay.Count == 0 && time.GetElapsedTime(started) + Breath >= options.RevokeTimeout)
                    return await ended;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(started) >= options.RevokeTimeout)
                throw new TimeoutException("No silo answered in time.");
            await Task.Delay(Breath, time, cancellationToken);
        }
    }

    private static async Task<RevokeResult> AttemptAsync(Func<Task<RevokeResult>> call) => await call();

    private async Task<T> WaitAsync<T>(Func<Task<T>> call, TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await call().WaitAsync(limit, time, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Unknown(e);
        }
    }

    internal static RevocationUnavailableException Unknown(Exception cause) =>
        cause as RevocationUnavailableException
        ?? new RevocationUnavailableException("The revocations could not be asked or told: " + cause.Message, cause);
}
