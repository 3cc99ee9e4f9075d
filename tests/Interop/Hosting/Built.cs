using System.Reflection;

namespace Curfew.Interop.Tests.Hosting;

/// <summary>Where the build put what the tests run.</summary>
internal static class Built
{
    public static string Api => Metadata("Api");

    public static string Node => Metadata("Node");

    private static string Metadata(string key) => Path.GetFullPath(
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!);
}
