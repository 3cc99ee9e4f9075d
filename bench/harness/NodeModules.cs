namespace Curfew.Bench.Harness;

/// <summary>The Node peer's packages.</summary>
public static class NodeModules
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "bench", "peers", "node");

    /// <summary>Installs exactly what package-lock.json names, unless that is there already.</summary>
    public static async Task InstallAsync()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        var locked = new FileInfo(Path.Combine(Folder, "package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < locked.LastWriteTimeUtc)
            await ChildProcess.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Folder);
    }
}
