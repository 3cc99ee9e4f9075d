using System.Text.RegularExpressions;
using Curfew.Docs.Tests.Reading;

namespace Curfew.Docs.Tests;

/// <summary>docs/integrate.md shows parts of files that other tests run (tests/Proxies, tests/Samples).</summary>
public sealed partial class IntegrateTests
{
    private static readonly string[] _files =
    [
        "deploy/proxies/nginx.conf", "deploy/proxies/Caddyfile", "deploy/proxies/traefik.yml", "deploy/proxies/envoy.yaml",
        "samples/JwtBearer/Program.cs", "samples/OpenIddict/Program.cs", "samples/Introspection/CurfewHandler.cs",
    ];

    // Seen red with a line of deploy/proxies/nginx.conf changed, and with a word of a snippet of samples/JwtBearer.
    [Fact]
    public void Every_snippet_stands_in_its_file()
    {
        var snippets = Snippet().Matches(Repository.Read("docs/integrate.md"));

        Assert.Equal(_files, snippets.Select(snippet => snippet.Groups["file"].Value).Distinct());
        foreach (Match snippet in snippets)
        {
            var file = snippet.Groups["file"].Value;
            var shown = Outdent(snippet.Groups["text"].Value.Split('\n'));
            Assert.True(shown.Length > 3, $"A snippet of {file} shows next to nothing.");
            var lines = Repository.Read(file).Split('\n');
            Assert.True(
                Enumerable.Range(0, Math.Max(0, lines.Length - shown.Length + 1))
                    .Any(start => Outdent(lines[start..(start + shown.Length)]).SequenceEqual(shown)),
                $"docs/integrate.md shows what is not in {file}:\n{snippet.Groups["text"].Value}");
        }
    }

    // Without what all lines are indented by.
    private static string[] Outdent(string[] lines)
    {
        var indent = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0).Min();
        return [.. lines.Select(line => line.Trim().Length == 0 ? "" : line[indent..])];
    }

    [GeneratedRegex(@"<!-- (?<file>\S+) -->\n```\w+\n(?<text>.*?)\n```\n", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
