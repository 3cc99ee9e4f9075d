using System.Diagnostics;

namespace Curfew.Docs.Tests.Deployment;

/// <summary>A test that runs kubectl; skipped where there is none.</summary>
internal sealed class KubectlFactAttribute : FactAttribute
{
    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);

    public KubectlFactAttribute()
    {
        if (Program is null)
            Skip = "kubectl is not installed.";
    }

    public static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }
}
