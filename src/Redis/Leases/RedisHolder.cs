using Curfew.Leases;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>
/// Holds the lease, and hears announcements. Safety never rests on Pub/Sub: a message that is lost isn't confirmed, and
/// a lease that doesn't confirm is fenced and waited out. What is done here about lost subscriptions only spares logouts
/// the wait: the lease is given up when a connection comes back, so that the revoker finds it replaced; and none is taken
/// before an echo has shown that this process hears, for one that is deaf would delay every logout. When a connection
/// breaks the lease is kept for what is left of it: that is how checks go on while Redis is away.
/// </summary>
internal sealed class RedisHolder(
    RedisConnection connection,
    RedisLeaseStore store,
    StoreWatch watch,
    LeaseHolder holder,
    Action<Announcement> apply,
    RedisLeaseOptions options,
    ILogger logger,
    TimeProvider time)
{
    // Settings are read again this often, for CONFIG SET needs no reconnect.
    private const int RenewalsPerCheck = 20;

    // An outage is told at its start, and again this often.
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    private readonly Guid _process = Guid.NewGuid();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private ChannelMessageQueue? _queue;
    private ISubscriber? _subscriber;
    private TaskCompletionSource? _echo;
    private long _echoRound;
    private bool _hasHeld;
    private ClockReading? _told;

    public async Task RunAsync(CancellationToken stop)
    {
        connection.Restored += GiveUpWhatMayHaveMissed;
        for (var turn = 1; !stop.IsCancellationRequested; turn++)
        {
            var isHeld = false;
            try
            {
                if (turn % RenewalsPerCheck == 0) connection.CheckAgain();
                isHeld = await TurnAsync().ConfigureAwait(false);
                if (isHeld) _told = null;
            }
#pragma warning disable CA1031 // Whatever it was: the lease lapses unless a later turn renews it, and there must be a later turn.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Tell(e.Message);
            }

            try
            {
                // Soon again without a lease: meanwhile each check reads storage.
                await _wake.WaitAsync(isHeld ? options.Leases.RenewEvery : options.Leases.RenewEvery / 5, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        connection.Restored -= GiveUpWhatMayHaveMissed;
    }

    public async Task ReleaseAsync()
    {
        try
        {
            await store.RemoveAsync(holder.End()).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisConnection.IsFailure(e))
        {
            // A revoker waits it out.
            Log.Unavailable(logger, e.Message);
        }
    }

    private async Task<bool> TurnAsync()
    {
        await connection.CheckAsync(store).ConfigureAwait(false);
        if (connection.Refused.Count > 0)
        {
            if (holder.Current is not null) await store.RemoveAsync(holder.End()).ConfigureAwait(false);
            return false;
        }

        if (!holder.IsLive(ClockReading.Of(time))) await HearAsync().ConfigureAwait(false);
        if (watch.Current is null) watch.Observe((await store.VerifyAsync().ConfigureAwait(false)).Reply, ClockReading.Of(time));
        var known = watch.Current;
        var request = holder.NextRequest(ClockReading.Of(time));
        var (answer, granted) = await store.RequestAsync(request, known).ConfigureAwait(false);
        var now = ClockReading.Of(time);
        watch.Observe(answer.Reply, now);
        if (!granted)
        {
            holder.Refused(request);
            if (!request.IsTake) Log.Ended(logger, answer.Reply.Store is null ? "the store's marker is missing" : "it was fenced, or Redis forgot it");
            else if (answer.Reply.Store is null) Tell(RedisAnnouncer.NoMarker().Message);
            if (!request.IsTake) GiveUp(null);
            return false;
        }

        var isHeld = holder.Granted(request, now);
        if (isHeld && request.IsTake)
        {
            Log.Taken(logger, $"{request.Id}");
            if (_hasHeld) options.Lapsed?.Invoke();
            _hasHeld = true;
        }

        return isHeld;
    }

    // Subscribed, and heard itself: then what is published from now on arrives, as long as the connection holds.
    private async Task HearAsync()
    {
        var redis = await connection.GetAsync().ConfigureAwait(false);
        var subscriber = redis.GetSubscriber();
        if (_queue is null || _subscriber != subscriber)
        {
            _subscriber = subscriber;
            _queue = await subscriber.SubscribeAsync(Channels.Announcements(options)).WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
            _queue.OnMessage(message => OnMessageAsync(message));
        }

        var echo = _echo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await subscriber.PublishAsync(Channels.Announcements(options), Messages.Announce(_process, ++_echoRound, []))
            .WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
        await echo.Task.WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
    }

    private async Task OnMessageAsync(ChannelMessage message)
    {
        try
        {
            var (sender, round, announcements) = Messages.ReadAnnounce((byte[])message.Message!);
            if (announcements.Count == 0)
            {
                if (sender == _process && round == _echoRound) _echo?.TrySetResult();
                return;
            }

            foreach (var announcement in announcements) apply(announcement);
            await _subscriber!.PublishAsync(Channels.Confirmations(options, sender), Messages.Confirm(round, holder.Confirmable()))
                .ConfigureAwait(false);
        }
        catch (Exception e) when (RedisConnection.IsFailure(e))
        {
            // Not confirmed: the revoker fences this lease.
            Log.Unavailable(logger, e.Message);
        }
#pragma warning disable CA1031 // Whatever it was: it wasn't applied, so nothing may be answered from memory.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.NotApplied(logger, e);
            GiveUp(null);
        }
    }

    private void Tell(string reason)
    {
        var now = ClockReading.Of(time);
        if (_told is { } told && now.AtLeastSince(told) < TellEvery) return;
        _told = now;
        Log.Unavailable(logger, reason);
    }

    private void GiveUpWhatMayHaveMissed() => GiveUp("the connection came back, and announcements may have been missed");

    private void GiveUp(string? reason)
    {
        var hadLease = holder.Current is not null;
        holder.End();
        if (hadLease && reason is not null) Log.Ended(logger, reason);
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }
}
