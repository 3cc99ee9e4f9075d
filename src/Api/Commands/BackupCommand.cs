using System.CommandLine;
using Curfew.Api.Hosting;
using Curfew.Sqlite;

namespace Curfew.Api.Commands;

/// <summary><c>backup FILE</c>, while the service runs or not, and <c>restore FILE</c> into a new data directory.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The backup." };

    public static Command Backup()
    {
        var command = new Command("backup", "Copies the data directory's revocations to a file, while the service runs or not") { File };
        command.SetAction((parsed, _) => OperatorCommands.RunAsync(async () =>
        {
            var file = parsed.GetRequiredValue(File);
            await SqliteBackup.CreateAsync(DataDirectory(), file);
            Console.WriteLine($"curfew: backed up {DataDirectory()} to {file}");
        }));
        return command;
    }

    public static Command Restore()
    {
        var command = new Command("restore", "Makes a data directory from a backup; there must be none (docs/backup.md)") { File };
        command.SetAction((parsed, _) => OperatorCommands.RunAsync(async () =>
        {
            await SqliteBackup.RestoreAsync(parsed.GetRequiredValue(File), DataDirectory());
            Console.WriteLine($"curfew: restored {DataDirectory()}");
        }));
        return command;
    }

    private static string DataDirectory() => HostingOptions.Of(OperatorCommands.Configuration()).DataDirectory;
}
