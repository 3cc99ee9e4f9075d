using System.Buffers;
using System.CommandLine;
using Curfew.Api.Audit;

namespace Curfew.Api.Commands;

/// <summary>
/// <c>audit verify [FILE…]</c>: whether a trail is as it was written. Exit status 0: it is; 2: something was changed, dropped or
/// moved; 1: it could not be read.
/// </summary>
internal static class AuditCommand
{
    private const int NotWhole = 2;

    private static readonly Argument<string[]> Files = new("files")
    {
        Description = "The files of one trail, in any order; without any, the configured one (Curfew:Audit:File)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Head = new("--head")
    {
        Description = "An event that the trail must hold: NUMBER:HMAC, as printed by an earlier verification or the service's log",
    };

    public static Command Create()
    {
        var verify = new Command("verify", "Finds events that were changed, dropped or moved; the key is Curfew:Audit:Key") { Files, Head };
        verify.SetAction((parsed, stop) =>
            OperatorCommands.RunAsync(() => VerifyAsync(parsed.GetValue(Files) ?? [], parsed.GetValue(Head), stop)));
        return new Command("audit", "The audit trail of revocations") { verify };
    }

    private static async Task<int> VerifyAsync(string[] files, string? head, CancellationToken stop)
    {
        var options = OperatorCommands.Configuration().GetSection(AuditExtensions.Section).Get<AuditOptions>() ?? new();
        if (files.Length == 0)
        {
            files = options is { IsOn: true, IsStandardOutput: false }
                ? [options.File!]
                : throw new InvalidDataException("Name the files of the trail: Curfew:Audit:File is not set to one.");
        }

        AuditHead? expected = head is null ? null
            : AuditHead.TryParse(head, out var parsed) ? parsed
            : throw new InvalidDataException($"--head is NUMBER:HMAC, and not {head}.");
        var key = options.ReadKey();
        if (key is null)
            await Console.Error.WriteLineAsync("curfew: without Curfew:Audit:Key only the order of the events can be judged, not what they say");
        var verifier = new AuditVerifier(key, expected);
        foreach (var file in files.OrderBy(FirstEvent))
        {
            await using var stream = Open(file);
            await verifier.ReadAsync(file, stream, stop);
        }

        return await TellAsync(verifier.End(), files.Length);
    }

    private static async Task<int> TellAsync(AuditReport report, int files)
    {
        foreach (var note in report.Notes)
            Console.WriteLine("curfew: " + note);
        foreach (var finding in report.Findings)
            await Console.Error.WriteLineAsync("curfew: " + finding);
        if (report.FindingCount == 0)
        {
            Console.WriteLine($"curfew: the trail is whole: events {report.First} to {report.Head?.Sequence} in {files} file(s); head {report.Head}");
            return 0;
        }

        await Console.Error.WriteLineAsync($"curfew: the trail is NOT whole: {report.FindingCount} findings in {report.Events} events");
        return NotWhole;
    }

    // A service that runs goes on writing.
    private static FileStream Open(string file) =>
        new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    // By its first event a file says where it belongs; one that doesn't is read last, where it is reported.
    private static long FirstEvent(string file)
    {
        using var reader = new StreamReader(Open(file), System.Text.Encoding.Latin1);
        var line = System.Text.Encoding.Latin1.GetBytes(reader.ReadLine() ?? "");
        return AuditLine.Read(new ReadOnlySequence<byte>(line))?.Sequence ?? long.MaxValue;
    }
}
