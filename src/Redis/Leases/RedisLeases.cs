using Curfew.Leases;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>
/// A process's part in the lease protocol over Redis: holds a lease, applies what others announce, and announces its own
/// revocations. One a process. Whatever goes wrong with Redis, everything here ends within its time-out with a
/// <see cref="RevocationUnavailableException"/>, and recovers by itself.
/// </summary>
public sealed class RedisLeases : IAnnouncer, IAsyncDisposable
{
    private readonly RedisLeaseOptions _options;
    private readonly TimeProvider _time;
    private readonly RedisConnection _connection;
    private readonly RedisLeaseStore _store;
    private readonly StoreWatch _watch;
    private readonly RedisHolder _holder;
    private readonly RedisAnnouncer _announcer;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _isDisposed;

    /// <param name="options">Where and how.</param>
    /// <param name="apply">Merges an announcement into what is held; returns when it is done, and doesn't block. Called
    /// one at a time, in order.</param>
    /// <param name="logger">Where what happens to the lease is told.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public RedisLeases(RedisLeaseOptions options, Action<Announcement> apply, ILogger<RedisLeases> logger, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] errors = [.. options.Leases.Validate(), .. options.Limits.Validate()];
        if (errors.Length > 0) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        _options = options;
        _time = time ?? TimeProvider.System;
        _watch = new StoreWatch(options.Leases);
        Holder = new LeaseHolder(options.Leases);
        _connection = new RedisConnection(options, logger, _time);
        _store = new RedisLeaseStore(_connection, options, _time);
        _announcer = new RedisAnnouncer(_connection, _store, _watch, options, logger, _time);
        _holder = new RedisHolder(_connection, _store, _watch, Holder, apply, options, logger, _time);
    }

    /// <summary>The process's lease: ask it on each check.</summary>
    public LeaseHolder Holder { get; }

    /// <summary>Why Redis is refused, if it is: its settings, or limits that its data wasn't kept for.</summary>
    public IReadOnlyList<string> Refused => _connection.Refused;

    /// <summary>What the settings may lose.</summary>
    public IReadOnlyList<string> Warnings => _connection.Warnings;

    /// <summary>Starts to connect and to hold a lease; doesn't wait for either.</summary>
    public void Start() => _running = Task.WhenAll(_holder.RunAsync(_stop.Token), _announcer.RunAsync(_stop.Token));

    /// <summary>
    /// Writes the marker and the limits into a store that has none: when a service is set up, or when an operator accepts
    /// that an emptied Redis has forgotten its revocations. Never done by itself: a process can't tell the two apart.
    /// </summary>
    /// <returns>False if there is a marker already; nothing was changed.</returns>
    /// <exception cref="RevocationUnavailableException">Redis can't be reached.</exception>
    public async Task<bool> InitializeStoreAsync()
    {
        try
        {
            return await _store.InitializeAsync(_options.Limits).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisConnection.IsFailure(e))
        {
            throw Unavailable(e);
        }
    }

    /// <inheritdoc/>
    public async Task PersistAndAnnounceAsync(
        Func<CancellationToken, Task<Announcement?>> persist, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(persist);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var under = await KnownStoreAsync().ConfigureAwait(false);
            if (await persist(cancellationToken).ConfigureAwait(false) is not { } announcement) return;
            if (await _announcer.AnnounceAsync(announcement, under, cancellationToken).ConfigureAwait(false)) return;
        }

        throw new RevocationUnavailableException("Redis was restarted again and again while a revocation was announced.");
    }

    /// <inheritdoc/>
    public async Task<T> ReadStorageAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        var before = await KnownStoreAsync().ConfigureAwait(false);
        var value = await read(cancellationToken).ConfigureAwait(false);
        var after = await VerifyAsync().ConfigureAwait(false);
        if (after.Marker != before.Marker) throw new RevocationUnavailableException("The store was initialised anew while it was read.");
        return value;
    }

    /// <summary>Ends the lease and releases it in Redis, so that no revoker waits for this process.</summary>
    public async ValueTask DisposeAsync()
    {
        // Once when the silo has stopped, and once more when its services are disposed of.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _holder.ReleaseAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>The same Redis, for what else must be there.</summary>
    internal async Task<IDatabase> DatabaseAsync() => (await _connection.GetAsync().ConfigureAwait(false)).GetDatabase();

    /// <summary>Dies without a word, as a process that is killed: for tests.</summary>
    internal async Task AbandonAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<StoreIdentity> KnownStoreAsync()
    {
        _connection.ThrowIfRefused();
        return _watch.Current ?? await VerifyAsync().ConfigureAwait(false);
    }

    /// <summary>The store as it is now; <see cref="RevocationUnavailableException"/> without the marker.</summary>
    internal async Task<StoreIdentity> VerifyAsync()
    {
        try
        {
            var answer = await _store.VerifyAsync().ConfigureAwait(false);
            _watch.Observe(answer.Reply, ClockReading.Of(_time));
            return answer.Reply.Store ?? throw RedisAnnouncer.NoMarker();
        }
        catch (Exception e) when (RedisConnection.IsFailure(e))
        {
            throw Unavailable(e);
        }
    }

    private static RevocationUnavailableException Unavailable(Exception e) => new("Redis, which keeps the leases, can't be asked.", e);
}
