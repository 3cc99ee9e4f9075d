namespace Curfew.Interop.Tests.Hosting;

internal static class NodeTools
{
    public static string? Missing { get; } = new[] { "node", "npm" }.FirstOrDefault(tool => !IsOnPath(tool)) is { } missing
        ? $"{missing} is not installed."
        : null;

    private static bool IsOnPath(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, tool)));
}

/// <summary>A test that needs Node.js.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = NodeTools.Missing;
}

/// <summary>Tests that need Node.js.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = NodeTools.Missing;
}
