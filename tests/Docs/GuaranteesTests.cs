using System.Text.RegularExpressions;
using Curfew.Docs.Tests.Reading;

namespace Curfew.Docs.Tests;

/// <summary>docs/guarantees.md names tests that exist.</summary>
public sealed partial class GuaranteesTests
{
    // Seen red with the name of a test changed.
    [Fact]
    public void Every_guarantee_names_tests_that_exist()
    {
        var sources = Directory.EnumerateFiles(Repository.Path("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Select(File.ReadAllText)
            .ToList();
        var sections = Repository.Read("docs/guarantees.md").Split("\n## G")[1..];
        Assert.Equal(6, sections.Length);
        foreach (var section in sections)
        {
            var named = TestName().Matches(section);
            Assert.True(named.Count >= 3, $"G{section[..20]} names {named.Count} tests.");
            Assert.Contains("**On failure**", section, StringComparison.Ordinal);
            foreach (Match name in named)
            {
                var (type, method) = (name.Groups[1].Value, name.Groups[2].Value);
                Assert.True(
                    sources.Exists(source => Regex.IsMatch(source, $@"\bclass {type}\b") && Regex.IsMatch(source, $@"\b{method}\(")),
                    $"There is no test {type}.{method}.");
            }
        }
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();
}
