namespace Curfew.Browser.Tests;

/// <summary>A test in a real browser; skipped, and counted as that, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() =>
        Skip = Chromium.Path is null ? "Needs Chromium: /usr/bin/chromium (Debian: apt-get install chromium)." : null;
}
