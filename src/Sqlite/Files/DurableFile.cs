using System.Runtime.InteropServices;

namespace Curfew.Sqlite.Files;

/// <summary>Files that are complete and on disk, or not there.</summary>
/// <remarks>
/// Never opens a database that SQLite has open in this process: closing any descriptor of a file drops
/// all of the process's POSIX locks on it, SQLite's included.
/// </remarks>
internal static partial class DurableFile
{
    /// <summary>Flushes a closed file to disk and renames it, replacing nothing.</summary>
    public static void MoveIntoPlace(string temporary, string destination)
    {
        Flush(temporary);
        File.Move(temporary, destination, overwrite: false);
        FlushDirectory(Path.GetDirectoryName(destination)!);
    }

    public static void WriteNew(string path, ReadOnlySpan<byte> contents)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        File.WriteAllBytes(temporary, contents);
        MoveIntoPlace(temporary, path);
    }

    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Flushes the names in a directory. Windows has no such call, and needs none for NTFS's journal.</summary>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return;

        var descriptor = Open(path, 0);
        if (descriptor < 0) throw Failure("open", path);
        try
        {
            if (Fsync(descriptor) != 0) throw Failure("fsync", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string call, string path) =>
        new($"{call} of '{path}' failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
