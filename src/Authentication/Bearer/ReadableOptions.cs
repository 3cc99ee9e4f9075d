using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// A scheme's options for a request: where a change has left them unreadable, options that accept nothing, for the answer
/// is then 503 and not a crash.
/// </summary>
internal sealed class ReadableOptions(IOptionsMonitor<JwtBearerOptions> inner) : IOptionsMonitor<JwtBearerOptions>
{
    /// <summary>Stands for options that can't be read.</summary>
    public static readonly JwtBearerOptions Unreadable = new();

    public JwtBearerOptions CurrentValue => Get(Options.DefaultName);

    public JwtBearerOptions Get(string? name)
    {
        try
        {
            return inner.Get(name);
        }
#pragma warning disable CA1031 // Whatever it throws means the same: the configuration can't be read.
        catch (Exception)
#pragma warning restore CA1031
        {
            // SchemeReload has logged it; at start it doesn't start.
            return Unreadable;
        }
    }

    public IDisposable? OnChange(Action<JwtBearerOptions, string?> listener) => inner.OnChange(listener);
}
