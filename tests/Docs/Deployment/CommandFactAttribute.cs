using System.Diagnostics;

namespace Curfew.Docs.Tests.Deployment;

/// <summary>A test that runs a command; skipped where it isn't installed.</summary>
internal sealed class CommandFactAttribute : FactAttribute
{
    public CommandFactAttribute(string command)
    {
        Command = command;
        if (Find(command) is null)
            Skip = $"{command} is not installed.";
    }

    public string Command { get; }

    /// <summary>What the command wrote. Its failure is the test's.</summary>
    public static async Task<string> RunAsync(
        string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Find(command)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }

    private static string? Find(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);
}
