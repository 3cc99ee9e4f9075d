namespace Curfew.Docs.Tests.Reading;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">After the fence; empty where there is none.</param>
internal sealed record FencedBlock(string Page, string Language, string Text)
{
    private const string Fence = "```";
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "artifacts", "BenchmarkDotNet.Artifacts", "data", ".git"];

    public override string ToString() => $"{Page}, {(Language.Length > 0 ? Language : "plain")}: {Text.Split('\n')[0]}";

    /// <summary>All blocks of all pages of the repository.</summary>
    public static IReadOnlyList<FencedBlock> All() =>
        [.. Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file))
            .Where(page => !page.Split(System.IO.Path.DirectorySeparatorChar).Any(NotOurs.Contains))
            .SelectMany(Of)];

    private static IEnumerable<FencedBlock> Of(string page)
    {
        List<string>? inside = null;
        var language = "";
        foreach (var line in Repository.Read(page).Split('\n'))
        {
            var isFence = line.TrimStart().StartsWith(Fence, StringComparison.Ordinal);
            if (isFence && inside is null)
            {
                (inside, language) = ([], line.Trim()[Fence.Length..]);
            }
            else if (isFence)
            {
                yield return new FencedBlock(page, language, string.Join('\n', inside!));
                inside = null;
            }
            else
            {
                inside?.Add(line);
            }
        }

        Assert.True(inside is null, $"A block of {page} has no end.");
    }
}
