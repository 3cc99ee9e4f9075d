using System.Diagnostics;

namespace Curfew.Sqlite.Tests.Support;

/// <summary>A test that mounts a small file system; skipped where that isn't allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly string? Obstacle = Try();

    public TmpfsFactAttribute() => Skip = Obstacle;

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux()) return "Needs Linux, to mount a tmpfs.";
        try
        {
            using (new Tmpfs("64k")) return null;
        }
        catch (Exception e)
        {
            return $"Needs to be root, to mount a tmpfs: {e.Message}";
        }
    }
}

/// <summary>A file system of a few megabytes.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public Tmpfs(string size)
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", _directory.Path);
        }
        catch
        {
            _directory.Dispose();
            throw;
        }
    }

    public string Path => _directory.Path;

    public void Resize(string size) => Run("mount", "-o", $"remount,size={size}", _directory.Path);

    public void Dispose()
    {
        Run("umount", _directory.Path);
        _directory.Dispose();
    }

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command}: {errors}");
    }
}
