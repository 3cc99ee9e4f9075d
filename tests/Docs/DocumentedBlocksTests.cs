using System.Text.RegularExpressions;
using Curfew.Docs.Tests.Reading;

namespace Curfew.Docs.Tests;

/// <summary>Whatever a page shows in a block is run, compared or read by a test: a new block needs a line here, and a test.</summary>
public sealed partial class DocumentedBlocksTests
{
    // Pages show what a program wrote, or a drawing; nobody is to type it.
    private const string Shown = "shown";

    // Compared line by line with the file named before it, which others run.
    private const string InItsFile = "IntegrateTests.Every_snippet_stands_in_its_file";

    // Page, how the block begins, which test.
    private static readonly (string Page, string Begins, string Test)[] Covered =
    [
        ("README.md", "./run.sh > curfew.log", "RunScriptTests.Readme_FirstBlock_TokenIsRefusedAfterLogoutAndAfterKill"),
        ("README.md", "builder.Services.AddAuthentication()", "SnippetTests.The_readmes_app_is_the_one_that_the_package_test_runs"),
        ("src/package/README.md", "var builder =", "PackageTests.New_web_app_with_the_lines_of_the_readme_logs_out"),
        ("bench/README.md", "./bench.sh", "DocumentedBlocksTests.Every_word_of_a_benchmarks_command_is_known"),
        ("bench/micro/README.md", "dotnet run -c Release --project bench/micro", "DocumentedBlocksTests.Every_word_of_a_benchmarks_command_is_known"),
        ("docs/backup.md", "Curfew__DataDirectory=data dotnet", "OperatorCommandTests.Backup_ARestoredDirectoryRefusesWhatWasRevoked"),
        ("docs/backup.md", "await SqliteBackup.CreateAsync", "DocumentedBlocksTests.The_lines_of_a_backup_are_those_of_a_test"),
        ("docs/cluster.md", "env ASPNETCORE_ENVIRONMENT=Development Curfew__Hosting=cluster Curfew__DataDirectory=\"$PWD/data\" \\\n  Curfew__Cluster__Redis=127.0.0.1:5089 Curfew__Cluster__Address=127.0.0.1 \\\n  Curfew__Cluster__SiloPort", "ClusterCommandTests.OneMachinesLogouts_HoldInTheClusterThatThePagesStart"),
        ("docs/cluster.md", "env ASPNETCORE_ENVIRONMENT=Development Curfew__Hosting=cluster Curfew__DataDirectory=\"$PWD/data\" \\\n  Curfew__Cluster__Redis=127.0.0.1:5089 Curfew__Cluster__Address=127.0.0.1 \\\n  dotnet src/Api", "ClusterCommandTests.OneMachinesLogouts_HoldInTheClusterThatThePagesStart"),
        ("docs/cluster.md", "new=\"openssl", "ClusterTlsTests.Logout_OverTls_IsRefusedByTheOtherNode"),
        ("docs/embedded.md", "dotnet Curfew.Api.dll export", "ClusterCommandTests.OneMachinesLogouts_HoldInTheClusterThatThePagesStart"),
        ("docs/integrate.md", "location / {", InItsFile),
        ("docs/integrate.md", "location = /_curfew {", InItsFile),
        ("docs/integrate.md", "route {", InItsFile),
        ("docs/integrate.md", "curfew:", InItsFile),
        ("docs/integrate.md", "- name: envoy", InItsFile),
        ("docs/integrate.md", "// Where the revocations are", InItsFile),
        ("docs/integrate.md", "// Everyone else's are JwtBearer's", InItsFile),
        ("docs/integrate.md", "try\n", InItsFile),
        ("docs/integrate.md", "{\n  \"Authentication\"", "IntegrateDocTests.Settings_EndpointsServed"),
        ("docs/integrate.md", "secret=$(openssl", "OperatorCommandTests.Integrate_TheClientAsksAndRevokes"),
        ("docs/integrate.md", "curl -u \"shop-web:$secret\"", "OperatorCommandTests.Integrate_TheClientAsksAndRevokes"),
        ("docs/leases.md", "holder B", Shown),
        ("docs/operate.md", "{\"seq\":7", "OperatorCommandTests.Operate_AnEventHasTheMembersOfThePage_AndTheTrailIsVerified"),
        ("docs/operate.md", "export Curfew__Audit__File", "OperatorCommandTests.Operate_AnEventHasTheMembersOfThePage_AndTheTrailIsVerified"),
        ("docs/proof.md", "./test.sh soak", "SoakCommandTests.EveryCommandOfThePage_IsOneThatItTakes"),
        ("docs/proof.md", "soak: 638351 operations", Shown),
        ("docs/proof.md", "soak: 261113 operations", Shown),
        ("docs/proof.md", "soak: 102704 operations", Shown),
    ];

    // Seen red with a block added to docs/operate.md, and with a test renamed that stands in the table.
    [Fact]
    public void Every_block_has_its_test_and_every_test_is_there()
    {
        var blocks = FencedBlock.All();
        var sources = Directory.EnumerateFiles(Repository.Path("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")).Select(File.ReadAllText).ToList();
        foreach (var block in blocks)
        {
            var found = Covered.Count(line => line.Page == block.Page && block.Text.TrimStart().StartsWith(line.Begins, StringComparison.Ordinal));
            Assert.True(found == 1, $"{found} tests stand for the block of {block}");
        }

        foreach (var (page, begins, test) in Covered)
        {
            Assert.True(blocks.Any(block => block.Page == page && block.Text.TrimStart().StartsWith(begins, StringComparison.Ordinal)), $"{page} has no block \"{begins}\".");
            if (test == Shown)
                continue;
            var (type, method) = (test.Split('.')[0], test.Split('.')[1]);
            Assert.True(
                sources.Exists(source => Regex.IsMatch(source, $@"\bclass {type}\b") && Regex.IsMatch(source, $@"\b{method}\(")), $"There is no test {test}.");
        }
    }

    // Seen red with an argument of docs/backup.md changed.
    [Fact]
    public void The_lines_of_a_backup_are_those_of_a_test()
    {
        var run = Repository.Read("tests/Sqlite/BackupTests.cs").Split("As_documented_")[1].Split("[Fact]")[0];
        var shown = Assert.Single(FencedBlock.All(), block => block is { Page: "docs/backup.md", Language: "csharp" }).Text.Split('\n')
            .Select(line => line.Split("//")[0].Trim()).Where(line => line.Length > 0).ToList();
        Assert.True(shown.Count >= 3);
        Assert.All(shown, line => Assert.Contains(line, run, StringComparison.Ordinal));
    }

    // A benchmark takes minutes: its commands are only read. Seen red with a contender's name misspelt in bench/README.md.
    [Fact]
    public void Every_word_of_a_benchmarks_command_is_known()
    {
        var contenders = Directory.EnumerateFiles(Repository.Path("bench/load"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).SelectMany(source => Literal().Matches(source).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var script = Repository.Read("bench.sh");
        var micro = Repository.Read("bench/micro/Program.cs");
        var commands = FencedBlock.All().Where(block => block.Page.StartsWith("bench/", StringComparison.Ordinal))
            .SelectMany(block => block.Text.Split('\n')).Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).ToList();
        Assert.True(commands.Count >= 10);
        foreach (var command in commands)
        {
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
            if (words[0] == "./bench.sh")
            {
                Assert.All(words[1..], word => Assert.True(
                    script.Contains($"= {word} ]", StringComparison.Ordinal) || word == "quick" || contenders.Contains(word), $"{command}: {word}?"));
                continue;
            }

            var arguments = words.IndexOf("--");
            Assert.True(arguments > 0 && Directory.Exists(Repository.Path(words[words.IndexOf("--project") + 1])), command);
            Assert.True(
                words[arguments + 1] == "--filter" || micro.Contains($"\"{words[arguments + 1]}\"", StringComparison.Ordinal), $"{command}: {words[arguments + 1]}?");
        }
    }

    [GeneratedRegex("\"([a-z0-9-]+)\"")]
    private static partial Regex Literal();
}
