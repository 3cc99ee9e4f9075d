using Curfew.Sqlite.Tests.Support;

namespace Curfew.Sqlite.Tests;

/// <summary>The flush itself, as the operating system sees it, in a real process whose disk is made slow or broken.</summary>
public sealed class FlushTests
{
    /// <summary>Microseconds.</summary>
    private const int Delay = 300_000;

    // With synchronous=NORMAL a trace shows no flush at all between "open" and the first name.
    [StraceFact]
    public async Task An_acknowledgement_waits_for_a_slow_flush()
    {
        using var directory = new TemporaryDirectory();
        await TestDatabase.Open(directory["data"]).DisposeAsync();
        using var child = ChildProcess.Start(
            "write", directory["data"], "strace", "-D", "-f", "-qq", "-o", directory["trace"], "-r",
            "-e", "trace=fsync,fdatasync,write", "-e", $"inject=fsync,fdatasync:delay_exit={Delay}");
        Assert.Equal("open", await child.ReadLineAsync());
        for (var i = 0; i < 3; i++) Assert.NotNull(await child.ReadLineAsync());
        await child.KillAsync();

        // A name is written to standard output only after a flush of the log that began after "open" has returned.
        var calls = await File.ReadAllLinesAsync(directory["trace"]);
        var open = Array.FindIndex(calls, c => c.Contains("\"open\\n\"", StringComparison.Ordinal));
        var name = Array.FindIndex(calls, open + 1, c => c.Contains(" write(", StringComparison.Ordinal) && c.Contains("-0\\n\"", StringComparison.Ordinal));
        Assert.InRange(open, 0, name);
        Assert.Contains(calls[open..name], c => c.Contains("sync", StringComparison.Ordinal) && c.Contains("= 0", StringComparison.Ordinal));
    }

    // The bound below is what ends it when nothing is flushed, or failed batches are acknowledged: then nobody is refused.
    [StraceFact]
    public async Task Nothing_is_acknowledged_when_the_flush_fails()
    {
        using var directory = new TemporaryDirectory();
        await TestDatabase.Open(directory["data"]).DisposeAsync();

        // A thread's tenth flush and all later ones fail: past what opening needs, early in what the writer does.
        using var child = ChildProcess.Start(
            "write", directory["data"], "strace", "-D", "-f", "-qq", "-o", directory["trace"],
            "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=10+");
        Assert.Equal("open", await child.ReadLineAsync());
        var acknowledged = new List<string>();
        var refused = 0;
        while (refused < 32)
        {
            var line = await child.ReadLineAsync();
            Assert.NotNull(line);
            if (line.StartsWith("refused ", StringComparison.Ordinal)) refused++;
            else acknowledged.Add(line);
            Assert.True(acknowledged.Count < 100_000, "Nothing was flushed.");
        }

        await child.KillAsync();

        await using var test = TestDatabase.Open(directory["data"]);
        var stored = await test.Database.ReadStatesAsync("facts").Select(s => s.GrainId["user/".Length..]).ToHashSetAsync();
        Assert.NotEmpty(acknowledged);
        Assert.DoesNotContain(acknowledged, key => !stored.Contains(key));
    }
}
