namespace Curfew.Bench.Harness;

/// <summary>Finds the project's folders and what was built in them, from wherever this runs.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The build configuration of the running program: what it starts was built alike.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar).Contains("Release") ? "Release" : "Debug";

    /// <summary>The built assembly <paramref name="assembly"/> of the project in <paramref name="folder"/>.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Built(string folder, string assembly)
    {
        var path = Path.Combine(Root, folder, "bin", Configuration, "net10.0", assembly + ".dll");
        if (File.Exists(path))
            return path;
        throw new FileNotFoundException($"Build {folder} ({Configuration}) first.", path);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No Orleans.sln above {AppContext.BaseDirectory}.");
    }
}
