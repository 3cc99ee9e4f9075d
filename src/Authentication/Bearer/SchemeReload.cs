using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// A scheme's keys and options change with its configuration: the next request is judged by the new ones alone. What
/// can't be read is logged, and its requests are answered with 503 until it can; no old key goes on in its place.
/// </summary>
internal sealed partial class SchemeReload(
    string scheme, IAuthenticationConfigurationProvider configuration, IOptionsMonitor<CurfewBearerOptions> curfew,
    IOptionsMonitor<JwtBearerOptions> bearer, IOptionsMonitorCache<JwtBearerOptions> cache, ILogger<SchemeReload> logger)
    : IDisposable
{
    private readonly Lock _lock = new();
    private IDisposable? _section, _own;
    private string? _wrong;

    public void Start()
    {
        _section = ChangeToken.OnChange(configuration.GetSchemeConfiguration(scheme).GetReloadToken, Reload);
        _own = curfew.OnChange((_, name) =>
        {
            if (name == scheme)
                Reload();
        });
    }

    public void Dispose()
    {
        _section?.Dispose();
        _own?.Dispose();
    }

    // Not by an IOptionsChangeTokenSource: there a setting that can't be parsed throws into whoever reloads.
    private void Reload()
    {
        cache.TryRemove(scheme);
        string? wrong = null;
        try
        {
            if (bearer.Get(scheme).TokenHandlers is [BearerTokenHandler { Errors: { Count: > 0 } errors }])
                wrong = string.Join(' ', errors);
        }
#pragma warning disable CA1031 // Whatever it throws means the same: the configuration can't be read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Its message may quote the value.
            wrong = $"It can't be read ({e.GetType().Name}).";
        }

        // One change may be told more than once.
        lock (_lock)
        {
            if (wrong == _wrong)
                return;
            _wrong = wrong;
        }

        if (wrong is null)
            LogMended(scheme);
        else
            LogWrong(scheme, wrong);
    }

    [LoggerMessage(1, LogLevel.Error, "The changed configuration of the scheme {Scheme} is wrong; its tokens are answered with 503 "
        + "until it is mended. {Errors}")]
    private partial void LogWrong(string scheme, string errors);

    [LoggerMessage(2, LogLevel.Information, "The configuration of the scheme {Scheme} is in order again.")]
    private partial void LogMended(string scheme);
}
