namespace Curfew.Peers.Tests;

/// <summary>A fact about real processes: skipped, saying what is missing, where a program isn't installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SystemFactAttribute : FactAttribute
{
    private static readonly string[] _programs = ["redis-server", "redis-cli", "node", "npm"];

    public SystemFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = _programs.Where(program => !folders.Any(folder => Path.Exists(Path.Combine(folder, program))))
            .ToArray();
        if (missing.Length > 0)
            Skip = $"Not installed: {string.Join(", ", missing)}.";
    }
}
