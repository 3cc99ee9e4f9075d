using System.Text.RegularExpressions;

namespace Curfew.Docs.Tests.Reading;

/// <summary>docs/configuration.md: for each options class its section and a row for each option.</summary>
internal static partial class DocumentedOptions
{
    /// <summary>By class: the section and, by option, the default.</summary>
    public static IReadOnlyDictionary<string, (string Section, IReadOnlyDictionary<string, string> Defaults)> Read()
    {
        var found = new Dictionary<string, (string, IReadOnlyDictionary<string, string>)>(StringComparer.Ordinal);
        Dictionary<string, string>? rows = null;
        foreach (var line in Repository.Read("docs/configuration.md").Split('\n'))
        {
            if (line.StartsWith('#'))
                rows = null;
            if (Heading().Match(line) is { Success: true } heading)
                found.Add(heading.Groups[2].Value, (heading.Groups[1].Value, rows = []));
            else if (rows is not null && Row().Match(line) is { Success: true } row)
                rows.Add(row.Groups[1].Value, row.Groups[2].Value);
        }

        return found;
    }

    [GeneratedRegex(@"^##+ `(.+)` \((\w+)\)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `(\w+)` \| ([^|]+?) \|[^|]*\| [^|]+ \|$")]
    private static partial Regex Row();
}
