using System.Collections.Concurrent;

namespace Curfew.Grains;

/// <summary>
/// Tells whoever holds something open on the word of a token, a WebSocket or a stream, when that token is revoked. Where
/// revocations are pushed to this process (<see cref="Consistency.Leased"/>) that is at once; else, and while its lease is
/// gone, each watched token is checked every <see cref="CheckPeriod"/>. What can't be known for
/// <see cref="UnknownLimit"/> counts as revoked. Thread-safe.
/// </summary>
public sealed class RevocationWatches : IAsyncDisposable
{
    /// <summary>How often a token is checked whose revocation isn't pushed here: 1 second.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    /// <summary>How long the answer on a watched token may be unknown before it counts as revoked: 10 seconds.</summary>
    public static readonly TimeSpan UnknownLimit = TimeSpan.FromSeconds(10);

    private readonly Revocations _revocations;
    private readonly ILocalVerdicts? _local;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<UserKey, ConcurrentDictionary<RevocationWatch, bool>> _byUser = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _checking;

    public RevocationWatches(Revocations revocations, TimeProvider time, ILocalVerdicts? local = null)
    {
        _revocations = revocations;
        _time = time;
        _local = local;
        if (local is not null)
            local.Changed += Changed;
        _checking = CheckPeriodicallyAsync();
    }

    /// <summary>Watches a token that was just found valid, until the watch is disposed.</summary>
    public RevocationWatch Watch(TokenIdentity token)
    {
        var watch = new RevocationWatch(this, token, _time.GetTimestamp());
        while (true)
        {
            var ofUser = _byUser.GetOrAdd(token.User, static _ => new());
            ofUser[watch] = true;

            // The last one of the user may have taken the set away meanwhile.
            if (_byUser.TryGetValue(token.User, out var current) && current == ofUser)
                break;
        }

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
        if (!_byUser.TryGetValue(watch.Token.User, out var ofUser))
            return;
        ofUser.TryRemove(watch, out _);
        if (ofUser.IsEmpty)
            _byUser.TryRemove(new(watch.Token.User, ofUser));
    }

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
        foreach (var watch in watches.Keys)
            Judge(watch);
    }

    // Whether memory could tell.
    private bool Judge(RevocationWatch watch)
    {
        if (_local is null || !_local.TryCheck(watch.Token, out var verdict))
            return false;
        Settle(watch, verdict);
        return true;
    }

    private void Settle(RevocationWatch watch, Verdict verdict)
    {
        if (verdict == Verdict.Valid)
            watch.KnownAt = _time.GetTimestamp();
        else
            watch.Fire();
    }

    private async Task CheckPeriodicallyAsync()
    {
        using var timer = new PeriodicTimer(CheckPeriod, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var unknown = _byUser.Values.SelectMany(watches => watches.Keys).Where(watch => !Judge(watch));
                await Parallel.ForEachAsync(unknown, _stop.Token, async (watch, stop) => await AskAsync(watch, stop));
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends, and so does everything that it holds open.
        }
    }

    private async ValueTask AskAsync(RevocationWatch watch, CancellationToken stop)
    {
        try
        {
            Settle(watch, await _revocations.CheckAsync(watch.Token, stop));
        }
        catch (RevocationUnavailableException)
        {
            if (_time.GetElapsedTime(watch.KnownAt) > UnknownLimit)
                watch.Fire();
        }
    }
}
