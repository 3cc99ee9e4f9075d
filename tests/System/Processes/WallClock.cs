using System.Globalization;

namespace Curfew.System.Tests.Processes;

/// <summary>
/// A wall clock that can be stepped while a process runs, by libfaketime. The monotonic clock is left alone, as a step of the
/// real one leaves it.
/// </summary>
internal sealed class WallClock
{
    /// <summary>How long a process may go on with the time from before a step: libfaketime looks again each second.</summary>
    public static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(2);

    private static readonly string? Library = Find();
    private readonly string _file;

    private WallClock(string file)
    {
        _file = file;
        Step(TimeSpan.Zero);
    }

    /// <summary>What is missing; null when clocks can be stepped.</summary>
    public static string? Obstacle => Library is null ? "libfaketime is not installed (Debian: apt-get install libfaketime)" : null;

    public Dictionary<string, string> Environment => new()
    {
        ["LD_PRELOAD"] = Library!,
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",

        // Version 0.9.10 takes it for needed by the C library's version, and moves the end of each timed wait into the past: the runtime's
        // timers spin, an idle process takes one and a half processors, and what is measured beside it is the spinning.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };

    /// <summary>Null where libfaketime isn't there.</summary>
    public static WallClock? TryCreate(string directory, string name) =>
        Library is null ? null : new WallClock(Path.Combine(directory, $"{name}.clock"));

    /// <summary>Sets it to the true time plus this.</summary>
    public void Step(TimeSpan offset)
    {
        // Moved into place: nobody reads half of it.
        var draft = _file + ".draft";
        File.WriteAllText(draft, offset.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture) + "\n");
        File.Move(draft, _file, overwrite: true);
    }

    /// <summary>Removes what libfaketime leaves in shared memory when its process is killed.</summary>
    public static void CleanUp()
    {
        foreach (var file in Directory.Exists("/dev/shm") ? Directory.GetFiles("/dev/shm", "*faketime_*") : [])
        {
            if (!Directory.Exists("/proc/" + file[(file.LastIndexOf('_') + 1)..]))
                File.Delete(file);
        }
    }

    private static string? Find() => Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-*")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists)
        : null;
}
