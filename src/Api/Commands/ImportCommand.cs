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
    private const int AtOnce = 64;

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
        var done = System.IO.File.Exists(progress)
            ? long.Parse(await System.IO.File.ReadAllTextAsync(progress, stop), CultureInfo.InvariantCulture)
            : 0;
        if (done > 0)
            await Console.Error.WriteLineAsync($"curfew: going on after line {done}; delete {progress} to begin anew");
        var line = 0L;
        var batch = new List<FactLine>(AtOnce);
        using var reader = new StreamReader(file);
        while (await reader.ReadLineAsync(stop) is { } text)
        {
            if (++line <= done || text.Length == 0)
                continue;
            batch.Add(FactLine.Read(text, line));
            if (batch.Count == AtOnce)
                await SaveAsync();
        }

        await SaveAsync();
        System.IO.File.Delete(progress);
        Console.WriteLine($"curfew: imported {line} users, clients and issuers");

        async Task SaveAsync()
        {
            await Task.WhenAll(batch.Select(item => MergeAsync(revocations, item, stop)));
            batch.Clear();

            // Only after all of them are durable: what is repeated after a crash is merged.
            await System.IO.File.WriteAllTextAsync(progress, line.ToString(CultureInfo.InvariantCulture), stop);
            if (line % ProgressEvery < AtOnce)
                await Console.Error.WriteLineAsync($"curfew: {line} users, clients and issuers so far");
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
