using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Curfew.Leases;

namespace Curfew.Redis;

/// <summary>A process of the cluster, as far as leases go: holds keys, and reads storage (a dictionary all nodes share).</summary>
public sealed class Node : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _storage;
    private readonly Held<string, int> _held;
    private readonly LeasedReader<string, int> _reader;
    private readonly FencingCounter _fencings = new();
    private int _readings;

    public Node(RedisServer server, ConcurrentDictionary<string, int> storage, Action<RedisLeaseOptions>? configure = null, TimeProvider? time = null)
    {
        _storage = storage;
        var options = new RedisLeaseOptions
        {
            Connection = server.Connection(),
            Leases = new LeaseOptions { Length = TimeSpan.FromSeconds(1), ConfirmWithin = TimeSpan.FromMilliseconds(300) },
            CommandTimeout = TimeSpan.FromSeconds(0.5),
        };
        configure?.Invoke(options);
        Leases = new RedisLeases(options, Apply, _fencings, time);
        _held = new(Leases.Holder, static (a, b) => a | b, capacity: 1000);
        _reader = new(Leases.Holder, _held, time ?? TimeProvider.System);
        Leases.Start();
    }

    public RedisLeases Leases { get; }

    public bool IsLive => _reader.IsLive;

    /// <summary>The lease, as the store names it; null without one.</summary>
    public string? Lease => Leases.Holder.Current?.Id.ToString();

    /// <summary>In how many rounds somebody's confirmation didn't come, so that a lease was waited out.</summary>
    public int Fencings => _fencings.Count;

    /// <summary>How often storage was read for a check.</summary>
    public int Readings => Volatile.Read(ref _readings);

    /// <summary>Set: announcements aren't applied until it is done.</summary>
    public Task? Stuck { get; set; }

    /// <summary>One check, which may be unavailable.</summary>
    public async Task<int> TryCheckAsync(string key) => await _reader.ReadAsync(
        key,
        (k, ct) => Leases.ReadStorageAsync(
            _ =>
            {
                Interlocked.Increment(ref _readings);
                return Task.FromResult(_storage.GetValueOrDefault(k));
            },
            ct),
        default);

    /// <summary>Checks until there is an answer.</summary>
    public Task<int> CheckAsync(string key) => Until.SucceedsAsync(() => TryCheckAsync(key));

    /// <summary>One logout, which may be unavailable.</summary>
    public Task TryLogOutAsync(string key, int fact) => Leases.PersistAndAnnounceAsync(
        _ =>
        {
            _storage.AddOrUpdate(key, fact, (_, facts) => facts | fact);
            return Task.FromResult<Announcement?>(new(key, Encoding.UTF8.GetBytes($"{fact}")));
        },
        default);

    /// <summary>Logs out until it is acknowledged, and says how long that took.</summary>
    public async Task<TimeSpan> LogOutAsync(string key, int fact)
    {
        var watch = Stopwatch.StartNew();
        await Until.SucceedsAsync(async () =>
        {
            await TryLogOutAsync(key, fact);
            return true;
        });
        return watch.Elapsed;
    }

    public Task LiveAsync() => Until.TrueAsync(() => IsLive);

    public Task DieAsync() => Leases.AbandonAsync();

    public ValueTask DisposeAsync() => Leases.DisposeAsync();

    private void Apply(Announcement announcement)
    {
        if (Stuck is not null) throw new InvalidOperationException("Stuck.");
        _held.Apply(announcement.Key, int.Parse(Encoding.UTF8.GetString(announcement.Payload.Span), CultureInfo.InvariantCulture));
    }
}
