using System.CommandLine;
using System.Globalization;
using Curfew.Api.Audit;
using Curfew.Api.Hosting;

namespace Curfew.Api.Commands;

/// <summary>
/// <c>import FILE</c>: merges an export's facts into the configured store, through its grains. Begun again after an
/// interruption, it goes on where it was; done twice, it changes nothing.
/// </summary>
internal static class ImportCommand
{
    private const int ProgressEvery = 10_000;
    private const int SaveEvery = 200;

    // So many share a flush of the disk, or are on their way to Redis.
    private const int AtOnce = 256;

    // A cluster under load, or one that just lost a silo, is waited for; then it is the operator's to look.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromSeconds(1);

    private static readonly Argument<string> File = new("file") { Description = "What export wrote." };

    public static Command Create()
    {
        var command = new Command("import", "Merges the revocations of an export into the configured store; resumes when repeated") { File };
        command.SetAction((parsed, stop) => OperatorCommands.RunAsync(() => ImportAsync(parsed.GetRequiredValue(File), stop)));
        return command;
    }

    private static async Task ImportAsync(string file, CancellationToken stop)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddConfiguration(OperatorCommands.Configuration());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddCurfewHosting(dashboard: false);
        builder.AddAudit();
        using var host = builder.Build();
        await host.StartAsync(stop);
        try
        {
            await ImportAsync(file, host.Services.GetRequiredService<Grains.Revocations>(), stop);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private static async Task ImportAsync(string file, Grains.Revocations revocations, CancellationToken stop)
    {
        var progress = file + ".imported";

        // One that was cut off while it was written begins anew: what is repeated is merged.
        var done = System.IO.File.Exists(progress)
            && long.TryParse(await System.IO.File.ReadAllTextAsync(progress, stop), CultureInfo.InvariantCulture, out var before) ? before : 0;
        if (done > 0)
            await Console.Error.WriteLineAsync($"curfew: going on after line {done}; delete {progress} to begin anew");
        var line = 0L;
        var underWay = new Queue<(long Line, Task Merge)>(AtOnce);
        using var reader = new StreamReader(file);
        try
        {
            while (await reader.ReadLineAsync(stop) is { } text)
            {
                if (++line <= done || text.Length == 0)
                    continue;
                var item = FactLine.Read(text, line);
                if (underWay.Count == AtOnce)
                    await FinishOldestAsync();
                underWay.Enqueue((line, MergeAsync(revocations, item, stop)));
            }

            while (underWay.Count > 0)
                await FinishOldestAsync();
        }
        finally
        {
            await Task.WhenAll(underWay.Select(item => item.Merge)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        System.IO.File.Delete(progress);
        Console.WriteLine($"curfew: imported {line} users, clients and issuers");

        // In the file's order: when a line is done, all before it are durable.
        async Task FinishOldestAsync()
        {
            var (finished, merge) = underWay.Dequeue();
            await merge;
            if (finished % SaveEvery == 0)
                await System.IO.File.WriteAllTextAsync(progress, finished.ToString(CultureInfo.InvariantCulture), stop);
            if (finished % ProgressEvery == 0)
                await Console.Error.WriteLineAsync($"curfew: {finished} users, clients and issuers so far");
        }
    }

    private static async Task MergeAsync(Grains.Revocations revocations, FactLine item, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await revocations.ImportAsync(item.Grain, [.. item.Facts], Environment.UserName, stop);
                return;
            }
            catch (RevocationUnavailableException) when (TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System, stop);
            }
        }
    }
}
