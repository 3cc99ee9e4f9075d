using System.Diagnostics;

namespace Curfew.System.Tests.Processes;

/// <summary>A redis-server on a port and files of its own, which it keeps when it is killed and started again.</summary>
internal sealed class RedisProcess(string directory, Machine? machine = null) : IAsyncDisposable
{
    private readonly Machine _machine = machine ?? Machine.This();
    private readonly List<RunningProcess> _started = [];

    public int Port => _machine.HttpPort;

    public string Address => $"{_machine.Address}:{Port}";

    public RunningProcess Process => _started[^1];

    /// <param name="arguments">Beside those of <c>deploy/local</c>: every write is on disk before it is answered.</param>
    public async Task StartAsync(params string[] arguments)
    {
        Directory.CreateDirectory(directory);
        _started.Add(_machine.Start("redis-server",
            [
                "--bind", _machine.Address, "--protected-mode", "no", "--port", $"{Port}", "--dir", directory, "--save", "", "--appendonly", "yes",
                "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--enable-debug-command", "yes", .. arguments,
            ]));
        await Process.UntilAsync(async () => await TryCommandAsync("ping") == "PONG", "an answer of Redis");
    }

    /// <summary>As <c>redis-cli</c> gives it; fails when Redis answers with an error or not at all.</summary>
    public async Task<string> CommandAsync(params string[] command)
    {
        var answer = await TryCommandAsync(command);
        Assert.True(answer is not null && !answer.StartsWith("ERR", StringComparison.Ordinal), $"{string.Join(' ', command)}: {answer}");
        return answer!;
    }

    /// <summary>Null when there is no answer.</summary>
    public async Task<string?> TryCommandAsync(params string[] command)
    {
        var start = new ProcessStartInfo("redis-cli", ["-h", _machine.Address, "-p", $"{Port}", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var client = global::System.Diagnostics.Process.Start(start)!;
        var answer = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return client.ExitCode == 0 ? answer.Trim() : null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
            await process.DisposeAsync();
    }
}
