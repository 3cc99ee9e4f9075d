using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// An authority's discovery document and keys, asked for by one request at a time and waited for no longer than the
/// timeout. Whoever can't have them can't verify, and answers 503.
/// </summary>
internal sealed partial class AuthorityKeys(
    IConfigurationManager<OpenIdConnectConfiguration> source, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private OpenIdConnectConfiguration? _last;
    private Task<OpenIdConnectConfiguration?>? _fetch;
    private Task? _renewal;
    private DateTimeOffset _started, _retryAt, _renewAt;
    private bool _down;

    /// <summary>What the authority says now; null when nobody knows.</summary>
    public async ValueTask<OpenIdConnectConfiguration?> GetAsync()
    {
        if (TryGet(out var held))
            return held;
        var fetch = Join(out var left);
        try
        {
            return await fetch.WaitAsync(left, time) ?? held;
        }
        catch (TimeoutException)
        {
            return held;
        }
    }

    /// <summary>What the authority says now, if that is known without waiting; else what it said last, if it ever did.</summary>
    public bool TryGet(out OpenIdConnectConfiguration? known)
    {
        // Once it has answered, the source gives what it holds at once and renews it in the background.
        known = Volatile.Read(ref _last);
        if (known is null)
            return false;
        var current = source.GetConfigurationAsync(CancellationToken.None);
        if (!current.IsCompletedSuccessfully)
            return false;
        Volatile.Write(ref _last, known = current.Result);
        return true;
    }

    /// <summary>
    /// Asks the authority again, at most once in its refresh interval: a token names a key that isn't there, or doesn't
    /// fit, as any forger's. The new configuration, or null when there is none.
    /// </summary>
    public async ValueTask<OpenIdConnectConfiguration?> RenewAsync(OpenIdConnectConfiguration stale)
    {
        Task renewal;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_renewal is null || (_renewal.IsCompleted && now >= _renewAt))
            {
                _renewal = Task.Run(() => RenewNowAsync(stale));
                _renewAt = now + ((source as BaseConfigurationManager)?.RefreshInterval ?? TimeSpan.FromMinutes(5));
            }

            renewal = _renewal;
        }

        try
        {
            await renewal.WaitAsync(timeout, time);
        }
        catch (TimeoutException)
        {
            return null;
        }

        // As the renewal left it: to ask once more would be to wait once more.
        var current = Volatile.Read(ref _last);
        return ReferenceEquals(current, stale) ? null : current;
    }

    // The source renews in the background and tells nobody when it has.
    private async Task RenewNowAsync(OpenIdConnectConfiguration stale)
    {
        try
        {
            source.RequestRefresh();
            var started = time.GetTimestamp();
            do
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), time);
            }
            while (ReferenceEquals(await GetAsync(), stale) && time.GetElapsedTime(started) < timeout);
        }
#pragma warning disable CA1031 // As in FetchAsync: whatever it throws, there are no newer keys, and the old ones hold.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotRenewed(e);
        }
    }

    private Task<OpenIdConnectConfiguration?> Join(out TimeSpan left)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_fetch is null || (_fetch.IsCompleted && now >= _retryAt))
            {
                _started = now;
                _fetch = Task.Run(FetchAsync);
            }

            // Whoever comes late waits for the rest only: a hanging authority must not hold requests.
            var rest = _started + timeout - now;
            left = rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
            return _fetch;
        }
    }

    private async Task<OpenIdConnectConfiguration?> FetchAsync()
    {
        try
        {
            var fetched = await source.GetConfigurationAsync(CancellationToken.None);
            Volatile.Write(ref _last, fetched);
            if (_down)
                LogUp(fetched.Issuer);
            _down = false;
            return fetched;
        }
#pragma warning disable CA1031 // Whatever a source throws means the same: the keys are not known.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_down)
                LogDown(e);
            _down = true;
            return null;
        }
        finally
        {
            lock (_lock)
                _retryAt = time.GetUtcNow() + RetryAfter;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The authority's keys can't be had; its tokens are answered with 503 until they can.")]
    private partial void LogDown(Exception e);

    [LoggerMessage(3, LogLevel.Warning, "The authority's keys could not be renewed; those at hand go on.")]
    private partial void LogNotRenewed(Exception e);

    [LoggerMessage(2, LogLevel.Information, "The keys of {Issuer} were had.")]
    private partial void LogUp(string issuer);
}
