namespace Curfew.Api.Audit;

/// <summary>The audit trail of revocations: the section <c>Curfew:Audit</c>. docs/operate.md says what is in it.</summary>
public sealed class AuditOptions
{
    /// <summary>The <see cref="File"/> that stands for standard output.</summary>
    public const string StandardOutput = "-";

    private const int MinKeyBytes = 32;

    /// <summary>
    /// Where events are appended, one JSON line each: a file in a directory that exists, this process's alone; or <c>-</c>,
    /// standard output, and the log then goes to standard error. Default: none, there is no audit trail.
    /// </summary>
    public string? File { get; set; }

    /// <summary>
    /// A secret of 32 random bytes or more, in base64. With it each event carries an HMAC-SHA256 over itself and the one before.
    /// Default: none, and a changed trail looks like any other.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>
    /// Flush each group of events to disk before their callers are answered. Off, an event survives the death of the process,
    /// but not of the machine. Default: true.
    /// </summary>
    public bool FlushToDisk { get; set; } = true;

    internal bool IsOn => !string.IsNullOrEmpty(File);

    internal bool IsStandardOutput => File == StandardOutput;

    /// <summary>What is wrong with these options, one sentence each; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (KeyError() is { } keyError)
            yield return keyError;
        if (!IsOn && !string.IsNullOrEmpty(Key))
            yield return $"{nameof(Key)} is set and {nameof(File)} isn't: no revocation would be recorded.";
        if (IsOn && !IsStandardOutput && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(File!))))
            yield return $"{nameof(File)} is {File}; its directory doesn't exist.";
    }

    /// <summary>Null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is no key.</exception>
    internal byte[]? ReadKey() =>
        KeyError() is { } error ? throw new InvalidDataException($"Curfew:Audit:{error}")
        : string.IsNullOrEmpty(Key) ? null
        : Convert.FromBase64String(Key);

    // The key itself is in no message.
    private string? KeyError()
    {
        if (string.IsNullOrEmpty(Key))
            return null;
        var bytes = new byte[Key.Length];
        return !Convert.TryFromBase64String(Key, bytes, out var length) ? $"{nameof(Key)} is not base64."
            : length < MinKeyBytes ? $"{nameof(Key)} is {length} bytes long; it must be {MinKeyBytes} or more."
            : null;
    }
}
