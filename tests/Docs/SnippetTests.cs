using System.Text.RegularExpressions;
using Curfew.Docs.Tests.Reading;

namespace Curfew.Docs.Tests;

/// <summary>What is shown is what tests run, or what is there.</summary>
public sealed partial class SnippetTests
{
    // PackageTests puts the packages' README into a new app and runs it. Seen red with a line of the README changed.
    [Fact]
    public void The_readmes_app_is_the_one_that_the_package_test_runs()
    {
        var run = Lines(Assert.Single(CSharp().Matches(Repository.Read("src/package/README.md"))).Groups[1].Value);
        var shown = Lines(Assert.Single(CSharp().Matches(Repository.Read("README.md"))).Groups[1].Value);

        Assert.True(shown.Count >= 4);
        Assert.Equal(shown, run.Where(shown.Contains));
    }

    // Seen red with a command of docs/operate.md misspelt.
    [Fact]
    public void Every_command_of_the_service_is_one_that_it_has()
    {
        var sources = string.Concat(Directory.GetFiles(Repository.Path("src/Api/Commands"), "*.cs").Select(File.ReadAllText));
        var documented = Directory.GetFiles(Repository.Path("docs"), "*.md").SelectMany(File.ReadLines)
            .SelectMany(line => Command().Matches(line)).SelectMany(match => match.Groups["word"].Captures.Select(word => word.Value)).Distinct().ToList();

        Assert.True(documented.Count >= 5, $"Only {documented.Count} commands are found in docs.");
        Assert.All(documented, word => Assert.Matches($@"new Command\(\s*""{word}""", sources));
    }

    // Without remarks.
    private static List<string> Lines(string code) =>
        [.. code.Split('\n').Select(line => line.Split("//")[0].Trim()).Where(line => line.Length > 0)];

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"Curfew\.Api\.dll (?<word>[a-z]+)(?: (?<word>verify))?")]
    private static partial Regex Command();
}
