using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Documented;

/// <summary>Shell blocks of the documentation, run as a reader would, but for addresses, files and secrets that are a test's own.</summary>
internal static class DocumentedShell
{
    /// <summary>The fenced block of a page whose first line begins like this.</summary>
    public static string Read(string page, string begins)
    {
        var blocks = File.ReadAllText(Path.Combine(Repository.Root, page)).Split("\n```")
            .Where((_, i) => i % 2 == 1).Select(block => block[(block.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        return Assert.Single(blocks, block => block.StartsWith(begins, StringComparison.Ordinal));
    }

    /// <summary>Replaces what must be there: a page that no longer says it is noticed.</summary>
    public static string With(this string block, string documented, string actual)
    {
        Assert.Contains(documented, block, StringComparison.Ordinal);
        return block.Replace(documented, actual, StringComparison.Ordinal);
    }

    /// <summary>The service's program as it was built along with these tests.</summary>
    public static string WithProgram(this string block) =>
        block.With("dotnet Curfew.Api.dll", $"dotnet '{Repository.Program("Api", "Curfew.Api")}'");

    /// <summary>Runs a block, which must succeed line by line, and gives what it said.</summary>
    public static async Task<string> RunAsync(string block, string directory)
    {
        await using var shell = RunningProcess.Start("bash", ["-euo", "pipefail", "-c", block], directory: directory);
        var status = await shell.ExitAsync();
        Assert.True(status == 0, $"{block}\nended with {status}: {shell.Output}");
        return shell.Output;
    }
}
