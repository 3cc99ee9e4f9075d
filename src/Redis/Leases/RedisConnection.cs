using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Curfew.Redis;

/// <summary>One connection, made in the background, and what its server's settings say after each (re)connect.</summary>
internal sealed class RedisConnection(RedisLeaseOptions options, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private volatile bool _isChecked;
    private bool _isLost;

    public IReadOnlyList<string> Refused { get; private set; } = [];

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>
    /// A connection, either of its two, came back: announcements may have been missed. While it is away nobody needs to be
    /// told: who could revoke through this Redis waits for the lease.
    /// </summary>
    public event Action? Restored;

    /// <summary>
    /// What StackExchange.Redis throws when Redis can't be asked. InvalidOperationException is among it: a connection that
    /// breaks may fail its commands with whatever its pipe threw.
    /// </summary>
    public static bool IsFailure(Exception e) =>
        e is RedisException or TimeoutException or SocketException or IOException or InvalidOperationException;

    public async Task<ConnectionMultiplexer> GetAsync()
    {
        Task<ConnectionMultiplexer> connecting;
        lock (_lock)
        {
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true }) _connecting = ConnectAsync();
            connecting = _connecting;
        }

        return await connecting.WaitAsync(options.CommandTimeout, time).ConfigureAwait(false);
    }

    /// <summary>Reads settings and limits if that wasn't done since the last connect.</summary>
    public async Task CheckAsync(RedisLeaseStore store)
    {
        if (_isChecked) return;
        _isChecked = true;
        try
        {
            var settings = await RedisSettings.ReadAsync(await GetAsync().ConfigureAwait(false), options, time).ConfigureAwait(false);
            var stored = await store.ReadLimitsAsync().ConfigureAwait(false);
            Refused = [.. settings.Refused, .. stored.Count == 0 ? [] : options.Limits.ConflictsWith(stored)];
            Warnings = settings.Warnings;
        }
        catch
        {
            _isChecked = false;
            throw;
        }

        foreach (var reason in Refused) Log.Unavailable(logger, reason);
        foreach (var warning in Warnings) Log.Setting(logger, warning);
    }

    /// <summary>Settings are read again: they may have been changed while the server ran.</summary>
    public void CheckAgain() => _isChecked = false;

    public void ThrowIfRefused()
    {
        if (Refused is { Count: > 0 } reasons) throw new RevocationUnavailableException(string.Join(' ', reasons));
    }

    public async ValueTask DisposeAsync()
    {
        if (_connecting is { IsCompletedSuccessfully: true }) await (await _connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(options.ToConnection()).ConfigureAwait(false);
        redis.ConnectionFailed += (_, e) =>
        {
            // Once, and not for each attempt to come back.
            if (!Interlocked.Exchange(ref _isLost, true)) Log.Lost(logger, $"{e.ConnectionType}", $"{e.FailureType}");
        };
        redis.ConnectionRestored += (_, _) =>
        {
            _isLost = false;
            _isChecked = false;
            Restored?.Invoke();
        };
        return redis;
    }
}
