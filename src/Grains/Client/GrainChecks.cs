using System.Runtime.CompilerServices;

namespace Curfew.Grains;

/// <summary>
/// Asks users' grains for verdicts, again where an attempt gets no answer, as long as the options allow. On the way of
/// every request of strict checks, so it allocates nothing that can be used again.
/// </summary>
internal sealed class GrainChecks
{
    private readonly IGrainFactory _grains;
    private readonly ILocalVerdicts? _local;
    private readonly TimeSpan _attempt, _limit;
    private readonly TimeProvider _time;
    private readonly AnswerWaits _waits;

    // A reference is immutable, and making one costs a part of the call. One for each slot, the last that was made.
    private readonly Reference?[] _references = new Reference?[4096];

    public GrainChecks(IGrainFactory grains, ILocalVerdicts? local, RevocationClientOptions options, TimeProvider time)
    {
        _grains = grains;
        _local = local;
        _limit = options.CheckTimeout;
        _attempt = options.CheckAttemptTimeout == Timeout.InfiniteTimeSpan ? _limit : options.CheckAttemptTimeout;
        _time = time;
        _waits = new AnswerWaits(_attempt, time);
    }

    /// <summary>The verdict: a question changes nothing, so it is repeated as often as it takes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Verdict> CheckAsync(TokenIdentity token, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                // The call is made in here: on a client that was stopped it fails before it returns a task.
                return await _waits.WaitAsync(
                    _local is null ? Grain(token.User).CheckAsync(token) : FillAndCheckAsync(_local, token), cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (_time.GetElapsedTime(started) + _attempt >= _limit)
                    throw GrainCalls.Unknown(e);
            }

            // What fails at once, fails at once again: no loop without a breath.
            await Task.Delay(GrainCalls.Breath, _time, cancellationToken);
        }
    }

    private async ValueTask<Verdict> FillAndCheckAsync(ILocalVerdicts local, TokenIdentity token) =>
        await local.TryFillAsync(token) && local.TryCheck(token, out var verdict)
            ? verdict
            : await Grain(token.User).CheckAsync(token);

    private IUserRevocationsGrain Grain(UserKey user)
    {
        ref var slot = ref _references[(uint)user.GetHashCode() % (uint)_references.Length];
        var found = Volatile.Read(ref slot);
        if (found is null || found.User != user)
            Volatile.Write(ref slot, found = new Reference(user, _grains.GetGrain<IUserRevocationsGrain>(user.ToString())));
        return found.Grain;
    }

    private sealed record Reference(UserKey User, IUserRevocationsGrain Grain);
}
