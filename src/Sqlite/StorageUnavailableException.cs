namespace Curfew.Sqlite;

/// <summary>
/// The database could not be read or written: a full disk, an I/O error, a damaged page, or a database that is
/// closed. A failed write has no effect that a later read in this process sees. (Where the flush itself failed, it
/// may be found on disk after a restart: its outcome is unknown, as with any database.) The next call tries again.
/// </summary>
/// <remarks>It is an <see cref="OrleansException"/> so that Orleans hands it from the grain's storage to the
/// grain's caller as it is, rather than wrapped.</remarks>
[GenerateSerializer, Alias("curfew.sqlite.unavailable")]
public sealed class StorageUnavailableException : OrleansException
{
    public StorageUnavailableException() : base("The database is unavailable.")
    {
    }

    public StorageUnavailableException(string message) : base(message)
    {
    }

    public StorageUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
