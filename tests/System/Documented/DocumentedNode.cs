using System.Security.Cryptography;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Documented;

/// <summary>One service for the commands of the pages: with the client whose secret docs/integrate.md makes, and with an audit trail.</summary>
public sealed class DocumentedNode : IAsyncLifetime
{
    private readonly TemporaryDirectory _files = new();

    /// <summary>Where commands are run; the data directory is <c>data</c> in it.</summary>
    public string Directory => _files.Path;

    public string Trail => Path.Combine(_files.Path, "audit.jsonl");

    public string Key { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public string Secret { get; private set; } = "";

    internal ApiProcess Api { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var made = await DocumentedShell.RunAsync(DocumentedShell.Read("docs/integrate.md", "secret=") + "\nprintf '%s\\n' \"$secret\"", Directory);
        var lines = made.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Secret = lines[1];
        Assert.Equal(64, Secret.Length);
        Api = await ApiProcess.StartAsync(
            Path.Combine(Directory, "data"), ("Curfew:Clients:0:ClientId", "shop-web"), ("Curfew:Clients:0:SecretSha256", lines[0].Split(' ')[0]),
            ("Curfew:Audit:File", Trail), ("Curfew:Audit:Key", Key));
    }

    public async Task DisposeAsync()
    {
        if (Api is not null)
            await Api.DisposeAsync();
        _files.Dispose();
    }
}
