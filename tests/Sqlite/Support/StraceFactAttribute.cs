using System.Diagnostics;

namespace Curfew.Sqlite.Tests.Support;

/// <summary>A test that watches or spoils a process's system calls; skipped where strace is missing or not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StraceFactAttribute : FactAttribute
{
    private static readonly string? Obstacle = Try();

    public StraceFactAttribute() => Skip = Obstacle;

    private static string? Try()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("strace", ["-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"Needs to be allowed to trace processes: {errors}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"Needs strace: {e.Message}";
        }
    }
}
