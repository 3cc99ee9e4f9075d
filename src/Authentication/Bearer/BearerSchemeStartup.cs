using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Bearer;

/// <summary>Refuses to start with a scheme that could accept nothing, or too much: all errors at once.</summary>
internal sealed class BearerSchemeStartup(
    string scheme, IOptions<AuthenticationOptions> schemes, IOptionsMonitor<JwtBearerOptions> bearer,
    IOptionsMonitor<CurfewBearerOptions> curfew, SchemeReload reload)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Throws where there is no such scheme, or it is another's.
        _ = schemes.Value;
        var errors = new List<string>(((BearerTokenHandler)bearer.Get(scheme).TokenHandlers[0]).Errors);
        var timeout = curfew.Get(scheme).KeysTimeout;
        if (timeout < TimeSpan.FromMilliseconds(100) || timeout > TimeSpan.FromMinutes(1))
            errors.Add($"KeysTimeout is {timeout}; it must be from 00:00:00.1 to 00:01:00.");
        if (curfew.Get(scheme).RememberedTokenBytes is < 0 or > 16L << 30)
            errors.Add("RememberedTokenBytes must be from 0 to 16 GiB.");
        if (errors.Count > 0)
            throw new OptionsValidationException(scheme, typeof(JwtBearerOptions), errors);
        reload.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
