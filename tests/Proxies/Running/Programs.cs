namespace Curfew.Proxies.Tests.Running;

/// <summary>Where a program is; Debian keeps nginx in a folder that is in root's PATH only.</summary>
public static class Programs
{
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
