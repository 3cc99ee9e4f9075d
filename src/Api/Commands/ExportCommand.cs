using System.CommandLine;

namespace Curfew.Api.Commands;

/// <summary><c>export FILE</c>: all live facts as JSON lines. Nothing may be revoked meanwhile: it would be missed.</summary>
internal static class ExportCommand
{
    private const int ProgressEvery = 10_000;

    private static readonly Argument<string> File = new("file") { Description = "Where the JSON lines go; replaced when it is whole." };

    public static Command Create()
    {
        var command = new Command("export", "Writes all revocations as JSON lines; stop the service first, or it may miss some") { File };
        command.SetAction((parsed, stop) => OperatorCommands.RunAsync(() => ExportAsync(parsed.GetRequiredValue(File), stop)));
        return command;
    }

    private static async Task ExportAsync(string file, CancellationToken stop)
    {
        var draft = file + ".partial";
        long lines = 0;
        await using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            await using var writer = new StreamWriter(stream, leaveOpen: true);
            await foreach (var (grain, state) in StoredStates.ReadAsync(OperatorCommands.Configuration(), stop))
            {
                await writer.WriteLineAsync(FactLine.Write(grain, state.Span).AsMemory(), stop);
                if (++lines % ProgressEvery == 0)
                    await Console.Error.WriteLineAsync($"curfew: {lines} users, clients and issuers so far");
            }

            await writer.FlushAsync(stop);
            stream.Flush(flushToDisk: true);
        }

        // Whoever finds the file finds all of it.
        System.IO.File.Move(draft, file, overwrite: true);
        Console.WriteLine($"curfew: exported {lines} users, clients and issuers to {file}");
    }
}
