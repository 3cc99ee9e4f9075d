using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Curfew.Grains;

/// <summary>
/// Tells whoever holds something open on the word of a token, a WebSocket or a stream, when that token is revoked. Where
/// revocations are pushed to this process (<see cref="Consistency.Leased"/>) that is at once; else, and while its lease is
/// gone, each watched token is checked every <see cref="CheckPeriod"/>. What can't be known for
/// <see cref="UnknownLimit"/> counts as revoked. Thread-safe.
/// </summary>
public sealed partial class RevocationWatches : IAsyncDisposable
{
    /// <summary>How often a token is checked whose revocation isn't pushed here: 1 second.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    /// <summary>How long the answer on a watched token may be unknown before it counts as revoked: 10 seconds.</summary>
    public static readonly TimeSpan UnknownLimit = TimeSpan.FromSeconds(10);

    // Each waits for a grain: with one for each processor a thousand streams would take their turns for seconds.
    private const int AskedAtOnce = 256;

    private readonly Revocations _revocations;
    private readonly ILocalVerdicts? _local;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // For those who add and remove: a set that one found empty must not be taken away when another has added to it.
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<UserKey, ConcurrentDictionary<RevocationWatch, bool>> _byUser = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _checking;

    public RevocationWatches(
        Revocations revocations, TimeProvider time, ILocalVerdicts? local = null, ILogger<RevocationWatches>? logger = null)
    {
        _revocations = revocations;
        _time = time;
        _local = local;
        _logger = logger ?? NullLogger<RevocationWatches>.Instance;
        if (local is not null)
            local.Changed += Changed;
        _checking = CheckPeriodicallyAsync();
    }

    /// <summary>How many are watched right now.</summary>
    public int Count => _byUser.Values.Sum(watches => watches.Count);

    /// <summary>Watches a token that was just found valid, until the watch is disposed.</summary>
    public RevocationWatch Watch(TokenIdentity token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var watch = new RevocationWatch(this, token, _time.GetTimestamp());
        lock (_gate)
            _byUser.GetOrAdd(token.User, static _ => new())[watch] = true;

        // What was revoked between the check and now was pushed before anybody watched.
        Judge(watch);
        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        if (_local is not null)
            _local.Changed -= Changed;
        await _stop.CancelAsync();
        await _checking;
        _stop.Dispose();
    }

    internal void Remove(RevocationWatch watch)
    {
        lock (_gate)
        {
            if (!_byUser.TryGetValue(watch.Token.User, out var ofUser))
                return;
            ofUser.TryRemove(watch, out _);
            if (ofUser.IsEmpty)
                _byUser.TryRemove(watch.Token.User, out _);
        }
    }

    // What is told of a revocation is the app's own code; where it throws, nobody else must miss theirs.
    internal void NotTold(Exception exception) => LogNotTold(_logger, exception);

    private void Changed(FactScope scope)
    {
        if (scope.Subject is { } subject)
        {
            if (_byUser.TryGetValue(new UserKey(scope.Issuer, subject), out var ofUser))
                JudgeAll(ofUser);
            return;
        }

        foreach (var (user, ofUser) in _byUser)
        {
            if (user.Issuer == scope.Issuer)
                JudgeAll(ofUser);
        }
    }

    private void JudgeAll(ConcurrentDictionary<RevocationWatch, bool> watches)
    {
        foreach (var (watch, _) in watches)
            Judge(watch);
    }

    // Whether memory could tell.
    private bool Judge(RevocationWatch watch)
    {
        var asOf = _time.GetTimestamp();
        if (_local is null || !_local.TryCheck(watch.Token, out var verdict))
            return false;
        Settle(watch, verdict, asOf);
        return true;
    }

    private static void Settle(RevocationWatch watch, Verdict verdict, long asOf)
    {
        if (verdict == Verdict.Valid)
            watch.KnownAt = asOf;
        else
            watch.Fire();
    }

    private async Task CheckPeriodicallyAsync()
    {
        using var timer = new PeriodicTimer(CheckPeriod, _time);
        var asking = Task.CompletedTask;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var unknown = _byUser.Values.SelectMany(watches => watches.Keys)
                    .Where(watch => !watch.HasFired && !Judge(watch)).ToList();

                // Here, and not where they are asked: those who wait their turn for silos that don't answer end in time, too.
                foreach (var watch in unknown.Where(watch => _time.GetElapsedTime(watch.KnownAt) > UnknownLimit))
                    watch.Fire();
                if (asking.IsCompleted)
                    asking = AskAsync(unknown);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends, and so does everything that it holds open.
        }

        await asking;
    }

    private async Task AskAsync(List<RevocationWatch> unknown)
    {
        try
        {
            await Parallel.ForEachAsync(
                unknown.Where(watch => !watch.HasFired),
                new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = _stop.Token },
                AskAsync);
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }

    private async ValueTask AskAsync(RevocationWatch watch, CancellationToken stop)
    {
        var asOf = _time.GetTimestamp();
        try
        {
            Settle(watch, await _revocations.CheckAsync(watch.Token, stop), asOf);
        }
        catch (RevocationUnavailableException)
        {
            // Unknown for now; the period counts for how long.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Code that was to be told of a token's revocation threw an exception.")]
    private static partial void LogNotTold(ILogger logger, Exception exception);
}
