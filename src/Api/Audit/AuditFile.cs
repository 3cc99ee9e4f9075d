using Curfew.Sqlite.Files;

namespace Curfew.Api.Audit;

/// <summary>
/// A file that is only ever appended to, opened anew for each group of lines: so whoever renames it (log rotation) gets the rest
/// of the trail in a new file, and nothing is written to a file that nobody finds any more.
/// </summary>
internal sealed class AuditFile(string file, bool flushToDisk) : IAuditDestination
{
    private readonly string _path = Path.GetFullPath(file);
    private FileStream? _lock;
    private FileStream? _file;
    private long _length;
    private bool _needsNewline;
    private bool _isTorn;

    public string Name => _path;

    public AuditTail Open()
    {
        var lockPath = _path + ".lock";
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix: it ends with the process.
            _lock = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (File.Exists(lockPath))
        {
            throw new IOException(
                $"The audit trail '{_path}' is in use by another process, which holds '{lockPath}'. Give each its own with Curfew:Audit:File.", e);
        }

        using var opened = OpenOrCreate();
        var tail = AuditTail.Read(opened.SafeFileHandle, _path);
        _length = opened.Length;
        _needsNewline = tail.NeedsNewline;
        return tail;
    }

    public bool Begin()
    {
        _file?.Dispose();
        _file = OpenOrCreate();
        var length = _file.Length;
        if (_isTorn && length > _length)
        {
            // What failed to be written was acknowledged to nobody.
            _file.SetLength(_length);
        }
        else if (length != _length)
        {
            // Moved away, or changed by another hand. Whatever is there stays, and the trail goes on after it: verify tells.
            _needsNewline = length > 0;
            _length = length;
        }

        _isTorn = false;
        return _length == 0;
    }

    public void Append(ReadOnlySpan<byte> lines)
    {
        using var file = _file!;
        _file = null;
        _isTorn = true;
        byte[] written = _needsNewline ? [(byte)'\n', .. lines] : [.. lines];
        RandomAccess.Write(file.SafeFileHandle, written, _length);
        if (flushToDisk)
        {
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            if (_length == 0)
                DurableFile.FlushDirectory(Path.GetDirectoryName(_path)!);
        }

        _length += written.Length;
        _isTorn = _needsNewline = false;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock?.Dispose();
    }

    private FileStream OpenOrCreate()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(_path, options);
    }
}
