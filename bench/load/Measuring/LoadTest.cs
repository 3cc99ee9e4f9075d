using Curfew.Bench.Load.Workload;

namespace Curfew.Bench.Load.Measuring;

/// <summary>
/// Starts all contenders, warms each up, and measures them in turn, round by round (A B A B), so that whatever else
/// happens on the machine happens to all of them.
/// </summary>
internal sealed class LoadTest(LoadSettings settings, TextWriter log)
{
    /// <returns>Whether every contender was measured.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<Contender> contenders)
    {
        var issued = IssuedTokens.Open();
        var loaded = new List<LoadedContender>();
        var failed = new List<string>();
        try
        {
            foreach (var contender in contenders)
            {
                await log.WriteLineAsync($"starting {contender.Name}");
                await TryAsync(contender, failed, async () =>
                {
                    var started = await LoadedContender.StartAsync(contender, issued, settings);
                    loaded.Add(started);
                    await started.WarmUpAsync();
                });
            }

            for (var round = 1; round <= settings.Rounds; round++)
            {
                foreach (var each in loaded.Where(each => !failed.Contains(each.Contender.Name)))
                {
                    await TryAsync(each.Contender, failed, async () =>
                    {
                        var window = await each.MeasureAsync();
                        await log.WriteLineAsync(
                            $"round {round}  {each.Contender.Name,-28} {window.Rps,9:N0}/s {window.CpuUs,8:N1} µs");
                    });
                }
            }

            var medians = loaded.Where(each => !failed.Contains(each.Contender.Name))
                .Select(each => (each.Contender.Name, each.Median));
            await new Report([.. medians], settings).WriteAsync(log);
        }
        finally
        {
            foreach (var each in loaded)
                await each.DisposeAsync();
        }

        if (failed.Count > 0)
            await log.WriteLineAsync($"FAILED, and left out above: {string.Join(", ", failed)}");
        return failed.Count == 0;
    }

    // One contender's failure is told, and costs the others nothing; the run as a whole fails.
    private async Task TryAsync(Contender contender, List<string> failed, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException)
        {
            await log.WriteLineAsync($"{contender.Name}: {error.Message}");
            failed.Add(contender.Name);
        }
    }
}
