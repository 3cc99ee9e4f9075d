using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Curfew.Leases;
using Microsoft.Extensions.Logging.Abstractions;

namespace Curfew.Redis;

/// <summary>A process of the cluster, as far as leases go: holds keys, and reads storage (a dictionary all nodes share).</summary>
public sealed class Node : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _storage;
    private readonly Held<string, int> _held;
    private readonly LeasedReader<string, int> _reader;

    public Node(RedisServer server, ConcurrentDictionary<string, int> storage, Action<RedisLeaseOptions>? configure = null)
    {
        _storage = storage;
        var options = new RedisLeaseOptions
        {
            Connection = server.Connection(),
            Leases = new LeaseOptions { Length = TimeSpan.FromSeconds(1), ConfirmWithin = TimeSpan.FromMilliseconds(300) },
            CommandTimeout = TimeSpan.FromSeconds(0.5),
        };
        configure?.Invoke(options);
        Leases = new RedisLeases(options, Apply, NullLogger<RedisLeases>.Instance);
        _held = new(Leases.Holder, static (a, b) => a | b, capacity: 1000);
        _reader = new(Leases.Holder, _held, TimeProvider.System);
        Leases.Start();
    }

    public RedisLeases Leases { get; }

    public bool IsLive => _reader.IsLive;

    /// <summary>Set: announcements aren't applied until it is done.</summary>
    public Task? Stuck { get; set; }

    public async Task<int> CheckAsync(string key) => await _reader.ReadAsync(
        key, (k, ct) => Leases.ReadStorageAsync(_ => Task.FromResult(_storage.GetValueOrDefault(k)), ct), default);

    public async Task<TimeSpan> LogOutAsync(string key, int fact)
    {
        var watch = Stopwatch.StartNew();
        await Leases.PersistAndAnnounceAsync(_ =>
        {
            _storage.AddOrUpdate(key, fact, (_, facts) => facts | fact);
            return Task.FromResult<Announcement?>(new(key, Encoding.UTF8.GetBytes($"{fact}")));
        }, default);
        return watch.Elapsed;
    }

    public Task LiveAsync() => Until.TrueAsync(() => IsLive);

    public Task DieAsync() => Leases.AbandonAsync();

    public ValueTask DisposeAsync() => Leases.DisposeAsync();

    private void Apply(Announcement announcement)
    {
        if (Stuck is not null) throw new InvalidOperationException("Stuck.");
        _held.Apply(announcement.Key, int.Parse(Encoding.UTF8.GetString(announcement.Payload.Span), System.Globalization.CultureInfo.InvariantCulture));
    }
}

internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, double seconds = 10)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed.TotalSeconds < seconds, $"Not within {seconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>Repeats what may fail with the one exception until it succeeds.</summary>
    public static async Task<T> SucceedsAsync<T>(Func<Task<T>> action, double seconds = 15)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await action();
            }
            catch (RevocationUnavailableException) when (watch.Elapsed.TotalSeconds < seconds)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>The one exception, within a bound.</summary>
    public static async Task UnavailableAsync(Func<Task> action, double seconds)
    {
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<RevocationUnavailableException>(action);
        Assert.True(watch.Elapsed.TotalSeconds < seconds, $"It took {watch.Elapsed}.");
    }
}
