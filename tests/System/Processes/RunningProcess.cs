using System.Diagnostics;
using System.Text;

namespace Curfew.System.Tests.Processes;

/// <summary>A program as a process of its own, killed at the latest when this is disposed of; its output is kept.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private const int MaxOutput = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _lock = new();

    private RunningProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output and error, line by line as they came; of much, the last megabytes.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
                return _output.ToString();
        }
    }

    public static RunningProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new RunningProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL, to this process alone: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Any signal by its name: TERM, INT, STOP, CONT.</summary>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{Id}"])!.WaitForExit();

    /// <summary>Waits until it ends by itself, and gives its status.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Waits until the condition holds; fails with the output when the process ends or patience does.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var end = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
        while (!await condition())
        {
            Assert.False(_process.HasExited, $"The process ended before {what}: {Output}");
            Assert.True(Stopwatch.GetTimestamp() < end, $"Waited in vain for {what}: {Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_lock)
        {
            if (line is not null)
                _output.AppendLine(line);
            if (_output.Length > MaxOutput)
                _output.Remove(0, MaxOutput / 2);
        }
    }
}
