using System.CommandLine;

namespace Curfew.Api.Commands;

/// <summary>
/// What an operator does beside serving: subcommands of the service's executable. They read the service's own configuration
/// (appsettings.json, environment); success is exit status 0, what went wrong is one line on stderr and 1.
/// </summary>
internal static class OperatorCommands
{
    /// <summary>The command that the arguments name; null where they are the service's own.</summary>
    public static ParseResult? TryParse(string[] args)
    {
        var root = new RootCommand("Curfew: JWT logout that holds. Without a command, serves.")
        {
            AuditCommand.Create(),
            BackupCommand.Backup(),
            BackupCommand.Restore(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            InitializeCommand.Create(),
        };
        return args is [var first, ..] && (first is "--help" or "-h" or "-?" || root.Subcommands.Any(command => command.Name == first))
            ? root.Parse(args)
            : null;
    }

    /// <summary>Runs a command's work; what an operator can do something about is a line, not a stack trace.</summary>
    public static Task<int> RunAsync(Func<Task> work) => RunAsync(async () =>
    {
        await work();
        return 0;
    });

    /// <summary>The same, for work whose outcome is a status.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or OperationCanceledException
            or Sqlite.DataDirectoryException or Sqlite.StorageUnavailableException or RevocationUnavailableException
            or StackExchange.Redis.RedisException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            await Console.Error.WriteLineAsync("curfew: " + e.Message);
            return 1;
        }
    }

    public static IConfigurationRoot Configuration() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();
}
