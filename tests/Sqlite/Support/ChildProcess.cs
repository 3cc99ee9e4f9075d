using System.Diagnostics;

namespace Curfew.Sqlite.Tests.Support;

/// <summary><see cref="Program"/> in a process of its own.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <param name="command">What it does.</param>
    /// <param name="directory">Its data directory.</param>
    /// <param name="wrapper">A program and its arguments that start it, such as a tracer.</param>
    public static ChildProcess Start(string command, string directory, params string[] wrapper)
    {
        string[] line = [.. wrapper, Environment.ProcessPath!, typeof(Program).Assembly.Location, command, directory];
        if (!Path.GetFileName(Environment.ProcessPath!).StartsWith("dotnet", StringComparison.Ordinal))
            line = [.. wrapper, "dotnet", typeof(Program).Assembly.Location, command, directory];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>The next line of its output; null at the end.</summary>
    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    /// <summary>All that it wrote until its end, complete lines only: the last may have been cut off.</summary>
    public async Task<List<string>> ReadToEndAsync()
    {
        var text = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    public async Task<string> ErrorsAsync() => await _process.StandardError.ReadToEndAsync().WaitAsync(Patience);

    /// <summary>SIGKILL: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
