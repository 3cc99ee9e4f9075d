using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Curfew.System.Tests.Cluster;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Documented;

/// <summary>The commands of docs/integrate.md, operate.md and backup.md do what the pages say, at a real service.</summary>
public sealed partial class OperatorCommandTests(DocumentedNode service) : IClassFixture<DocumentedNode>
{
    // Seen red with the page's path of introspection misspelt.
    [Fact]
    public async Task Integrate_TheClientAsksAndRevokes()
    {
        var token = DevTokens.Mint(Path.Combine(service.Directory, "data"), "alice", "shop-web");
        var block = $"secret={service.Secret} token={token}\n"
            + DocumentedShell.Read("docs/integrate.md", "curl -u").With("https://curfew.example.com", service.Api.Client.BaseAddress!.ToString().TrimEnd('/'));
        Assert.Contains("\"active\":true", await DocumentedShell.RunAsync(block, service.Directory), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await service.Api.StatusAsync("/me", token));
        Assert.Contains("\"active\":false", await DocumentedShell.RunAsync(block, service.Directory), StringComparison.Ordinal);
    }

    // Seen red with the page's event lacking a member.
    [Fact]
    public async Task Operate_AnEventHasTheMembersOfThePage_AndTheTrailIsVerified()
    {
        var admin = await service.Api.TokenAsync("root", scope: "curfew:admin");
        using (var revoked = await service.Api.SendAsync(
            HttpMethod.Post, "/revocations", admin,
            """{"iss":"https://idp.example/","sub":"bob","session":{"sid":"s1"},"reason":"stolen phone"}"""))
        {
            Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        }

        var documented = JsonNode.Parse(DocumentedShell.Read("docs/operate.md", "{\"seq\"").Split('\n')[0])!.AsObject();
        var written = Assert.Single(
            File.ReadAllLines(service.Trail).Select(line => JsonNode.Parse(line)!.AsObject()), line => (string?)line["sub"] == "bob");
        Assert.Equal(documented.Select(member => member.Key), written.Select(member => member.Key));
        foreach (var alike in (string[])["event", "kind", "outcome", "iss", "sid", "reason", "via"])
            Assert.Equal((string?)documented[alike], (string?)written[alike]);

        // The head that the second line takes is the one that the first has printed.
        var block = DocumentedShell.Read("docs/operate.md", "export Curfew__Audit__File").WithProgram()
            .With("/var/log/curfew/audit.jsonl", service.Trail).With("Key=…", $"Key={service.Key}");
        var first = await DocumentedShell.RunAsync(string.Join('\n', block.Split('\n')[..2]), service.Directory);
        var said = await DocumentedShell.RunAsync(block.With("1200:5f…", Head().Match(first).Groups[1].Value), service.Directory);
        Assert.Equal(2, Regex.Count(said, "the trail is whole"));
    }

    // Seen red with restore's data directory left out: it is the one in use.
    [Fact]
    public async Task Backup_ARestoredDirectoryRefusesWhatWasRevoked()
    {
        var token = await service.Api.TokenAsync("carol");
        await service.Api.LogOutAsync(token);
        await DocumentedShell.RunAsync(DocumentedShell.Read("docs/backup.md", "Curfew__DataDirectory=").WithProgram(), service.Directory);

        var restored = Path.Combine(service.Directory, "data-restored");
        File.Copy(Path.Combine(service.Directory, "data", "dev-issuer.key"), Path.Combine(restored, "dev-issuer.key"));
        await using var second = await ApiProcess.StartAsync(restored);
        Assert.Equal(HttpStatusCode.Unauthorized, await second.StatusAsync("/me", token));
        Assert.Equal(HttpStatusCode.OK, await second.StatusAsync("/me", await service.Api.TokenAsync("carol")));
    }

    [GeneratedRegex(@"head (\d+:[0-9a-f]+)")]
    private static partial Regex Head();
}
