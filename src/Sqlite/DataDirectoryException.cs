namespace Curfew.Sqlite;

/// <summary>
/// A data directory that must not be used as it is: in use by another process, its database missing, damaged, of
/// another kind or of a newer version. The message names the file and says what to do. Nothing was changed.
/// </summary>
public sealed class DataDirectoryException : Exception
{
    public DataDirectoryException()
    {
    }

    public DataDirectoryException(string message) : base(message)
    {
    }

    public DataDirectoryException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
