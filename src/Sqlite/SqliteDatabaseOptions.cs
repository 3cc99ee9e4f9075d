using Microsoft.Extensions.Options;

namespace Curfew.Sqlite;

/// <summary>Where the database is, and how it is opened.</summary>
public sealed class SqliteDatabaseOptions
{
    /// <summary>
    /// The directory that holds the database and nothing else; required. Made (readable by its owner only) when
    /// it doesn't exist. One process at a time uses it. It must be on a local file system: SQLite's write-ahead log
    /// and the lock against a second process don't work over NFS or SMB.
    /// </summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// How long the integrity check at start-up may take; default 10 s, 0 to 10 minutes. The check reads the whole file (about
    /// 0.5 s per million rows when it's cached) and stops, with a warning, when the time is over: then only the
    /// header and the pages read so far are known to be sound.
    /// </summary>
    public TimeSpan IntegrityCheckTimeout { get; set; } = TimeSpan.FromSeconds(10);

    internal sealed class Validator : IValidateOptions<SqliteDatabaseOptions>
    {
        public ValidateOptionsResult Validate(string? name, SqliteDatabaseOptions options)
        {
            var errors = new List<string>();
            if (string.IsNullOrWhiteSpace(options.DataDirectory))
                errors.Add($"{nameof(DataDirectory)} is required: name a directory on a local disk.");
            else if (File.Exists(options.DataDirectory))
                errors.Add($"{nameof(DataDirectory)} '{options.DataDirectory}' is a file; name a directory.");
            if (options.IntegrityCheckTimeout < TimeSpan.Zero || options.IntegrityCheckTimeout > TimeSpan.FromMinutes(10))
                errors.Add($"{nameof(IntegrityCheckTimeout)} must be between 0 and 10 minutes.");
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}
