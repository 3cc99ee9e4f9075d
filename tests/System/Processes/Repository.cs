using System.Reflection;

namespace Curfew.System.Tests.Processes;

internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The programs of <c>src/</c> as built along with these tests.</summary>
    public static string Program(string folder, string assembly)
    {
        var configuration = typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        return Path.Combine(Root, "src", folder, "bin", configuration, "net10.0", assembly + ".dll");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"Orleans.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
