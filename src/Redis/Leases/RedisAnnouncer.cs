using System.Collections.Concurrent;
using System.Threading.Channels;
using Curfew.Leases;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>
/// Carries revokers' rounds. Revocations that arrive while a round is being listed and published share the next one, so
/// the number of rounds is bounded by round trips, not by logouts; rounds that wait for a dead node don't hold up others.
/// </summary>
internal sealed class RedisAnnouncer(
    RedisConnection connection, RedisLeaseStore store, StoreWatch watch, RedisLeaseOptions options, ILogger logger, TimeProvider time)
{
    private const int MaxBatch = 512;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly Guid _process = Guid.NewGuid();
    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<long, Round> _rounds = new();
    private ISubscriber? _subscriber;
    private long _lastRound;

    public static RevocationUnavailableException NoMarker() => new(
        "The store's marker is missing: Redis is new, was emptied, or is another one. Initialise it if that is meant.");

    // A logout is answered within the lease's length and a second, one way or the other.
    private TimeSpan CallersPatience => options.Leases.Length + TimeSpan.FromSeconds(1);

    // A round goes on for as long as a dead lease may take, though nobody waits for it any more: it is what clears the lease
    // away, and a round that gave up before would leave it to the next one, for ever.
    private TimeSpan RoundsPatience => options.Leases.ConfirmWithin + options.Leases.WaitOut + TimeSpan.FromSeconds(1);

    /// <returns>False: to be persisted again.</returns>
    public async Task<bool> AnnounceAsync(Announcement announcement, StoreIdentity persistedUnder, CancellationToken cancellationToken)
    {
        var pending = new Pending(announcement, persistedUnder);
        if (!_queue.Writer.TryWrite(pending)) throw new RevocationUnavailableException("This process is shutting down.");
        try
        {
            return await pending.Done.Task.WaitAsync(CallersPatience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new RevocationUnavailableException("A revocation wasn't acknowledged in time.", e);
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                var batch = new List<Pending>();
                while (batch.Count < MaxBatch && _queue.Reader.TryPeek(out var next) && (batch.Count == 0 || batch[0].Under == next.Under))
                {
                    _queue.Reader.TryRead(out next);
                    batch.Add(next!);
                }

                var round = new Round(batch, new RevocationRound(options.Leases, watch, batch[0].Under), ++_lastRound);
                _rounds[round.Number] = round;
                _ = DriveToEndAsync(round, stop);
                await round.Published.Task.WaitAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var left)) left.Fail(new RevocationUnavailableException("This process is shutting down."));
        }
    }

    private async Task DriveToEndAsync(Round round, CancellationToken stop)
    {
        var started = ClockReading.Of(time);
        Exception? failure = null;
        try
        {
            while (true)
            {
                if (ClockReading.Of(time).AtLeastSince(started) > RoundsPatience)
                    throw new RevocationUnavailableException("A revocation wasn't acknowledged in time.", failure);
                try
                {
                    if (await StepAsync(round, stop).ConfigureAwait(false) is not { } isAcknowledged) continue;
                    round.Batch.ForEach(pending => pending.Done.TrySetResult(isAcknowledged));
                    return;
                }
                catch (Exception e) when (RedisConnection.IsFailure(e))
                {
                    failure = e;
                    await Task.Delay(RetryAfter, time, stop).ConfigureAwait(false);
                }
            }
        }
        catch (RevocationUnavailableException e)
        {
            round.Batch.ForEach(pending => pending.Fail(e));
        }
        catch (OperationCanceledException e)
        {
            round.Batch.ForEach(pending => pending.Fail(new RevocationUnavailableException("This process is shutting down.", e)));
        }
        finally
        {
            _rounds.TryRemove(round.Number, out _);
            round.Published.TrySetResult();
        }
    }

    private async Task<bool?> StepAsync(Round round, CancellationToken stop)
    {
        var machine = round.Machine;
        var step = machine.Next(ClockReading.Of(time));
        switch (step.Kind)
        {
            case RoundStepKind.List:
                connection.ThrowIfRefused();
                await ListenAsync().ConfigureAwait(false);
                var (listed, leases) = await store.ListAsync().ConfigureAwait(false);
                machine.Listed(listed.Reply, leases, ClockReading.Of(time));
                break;

            case RoundStepKind.Publish:
                var message = Messages.Announce(_process, round.Number, [.. round.Batch.Select(pending => pending.Announcement)]);
                await _subscriber!.PublishAsync(Channels.Announcements(options), message)
                    .WaitAsync(options.CommandTimeout, time, stop).ConfigureAwait(false);
                machine.Published(ClockReading.Of(time));
                round.Published.TrySetResult();
                break;

            case RoundStepKind.Wait:
                round.Published.TrySetResult();
                await round.WaitAsync(step.Wait + TimeSpan.FromMilliseconds(1), time, stop).ConfigureAwait(false);
                break;

            case RoundStepKind.Fence:
                Log.Fencing(logger, step.Leases.Count);
                var (answer, fenced) = await store.FenceAsync(step.Leases).ConfigureAwait(false);
                machine.Fenced(answer.Reply, fenced, ClockReading.Of(time));
                break;

            case RoundStepKind.PersistAgain:
                return false;

            case RoundStepKind.Unavailable:
                throw NoMarker();

            case RoundStepKind.Acknowledge:
                // Not awaited: what is left in the store costs a later logout a wait, and this one nothing.
                _ = CleanUpAsync(step.Leases);
                return true;
        }

        return null;
    }

    private async Task ListenAsync()
    {
        var subscriber = (await connection.GetAsync().ConfigureAwait(false)).GetSubscriber();
        if (_subscriber is not null) return;
        await subscriber.SubscribeAsync(Channels.Confirmations(options, _process), (_, message) => Hear((byte[])message!))
            .WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
        _subscriber = subscriber;
    }

    private void Hear(byte[] message)
    {
        var (number, leases) = Messages.ReadConfirm(message);
        if (!_rounds.TryGetValue(number, out var round)) return;
        leases.ForEach(round.Machine.Confirmed);
        round.Confirmed();
    }

    private async Task CleanUpAsync(IReadOnlyList<LeaseId> ended)
    {
        try
        {
            await store.RemoveAsync(ended).ConfigureAwait(false);
            if (watch.ToSettle(ClockReading.Of(time)) is { } identity) await store.SettleAsync(identity).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisConnection.IsFailure(e))
        {
            Log.Unavailable(logger, e.Message);
        }
    }

    private sealed record Round(List<Pending> Batch, RevocationRound Machine, long Number)
    {
        private TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Published { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Called after the machine was told.</summary>
        public void Confirmed() => Volatile.Read(ref _confirmed).TrySetResult();

        /// <summary>Until something was confirmed, or the time has passed: ask the machine again. One waits at a time.</summary>
        public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken stop)
        {
            await Volatile.Read(ref _confirmed).Task.WaitAsync(atMost, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();

            // Replaced before the machine is asked: what it is told later ends the next wait.
            if (_confirmed.Task.IsCompleted) Volatile.Write(ref _confirmed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    private sealed record Pending(Announcement Announcement, StoreIdentity Under)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(RevocationUnavailableException e) => Done.TrySetException(e);
    }
}
