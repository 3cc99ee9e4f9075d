using Curfew.Bench.Harness;

namespace Curfew.Proxies.Tests.Running;

/// <summary>A file of deploy/proxies.</summary>
public static class DeployedFile
{
    public const string Curfew = "127.0.0.1:5080";
    public const string App = "127.0.0.1:8080";

    public static string Read(string name) => File.ReadAllText(Path.Combine(Repository.Root, "deploy", "proxies", name));

    /// <summary>The file with nothing but its ports changed.</summary>
    /// <param name="listens">What says that it listens on port 80, and what says it for another.</param>
    public static string WithPorts(string name, (string From, string To) listens, int curfew, int app)
    {
        var text = Read(name);
        foreach (var (from, to) in new[]
        {
            listens,
            (Curfew, $"127.0.0.1:{curfew}"),
            (App, $"127.0.0.1:{app}"),
        })
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        return text;
    }
}
