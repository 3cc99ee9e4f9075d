using System.Text.Json.Nodes;
using Curfew.Api.Audit;
using Curfew.Docs.Tests.Reading;

namespace Curfew.Docs.Tests.Deployment;

/// <summary>deploy/compose.yaml and the images. Seen red with a setting misspelt, and with <c>appendfsync everysec</c>.</summary>
public sealed class ComposeTests
{
    private static readonly JsonNode Services = Assert.Single(Yaml.Read("deploy/compose.yaml"))["services"]!;

    // Debian's is the old one, in Python, which is the stricter. Seen red with a `name:` at the top, which it doesn't know.
    [CommandFact("docker-compose")]
    public async Task Docker_compose_reads_it()
    {
        var settings = new Dictionary<string, string>
        {
            ["REDIS_PASSWORD"] = "p455word",
            ["ISSUER"] = "https://id.example.com/",
            ["AUDIENCE"] = "my-api",
            ["AUDIT_KEY"] = "a2V5",
        };
        var read = await CommandFactAttribute.RunAsync(
            "docker-compose", ["-f", Repository.Path("deploy/compose.yaml"), "config"], settings);
        Assert.Contains("redis:6379,password=p455word", read, StringComparison.Ordinal);
        Assert.All(Services.Keys(), name => Assert.Contains($"\n  {name}:\n", read, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_is_one_that_is_read()
    {
        var variables = Services.Keys().SelectMany(name => Services[name]!["environment"].Keys()).Distinct().ToList();
        Assert.Contains("Curfew__Hosting", variables);
        Assert.All(variables, variable => Assert.True(Settings.AreRead(variable), $"Nothing reads {variable}."));
    }

    [Fact]
    public void Every_container_is_confined() =>
        Assert.All(Services.Keys(), name =>
        {
            var service = Services[name]!;
            Assert.Equal("true", service["read_only"].Text());
            Assert.Null(service["privileged"]);
            Assert.Equal("ALL", Assert.Single(service["cap_drop"].Items()).Text());
            Assert.Equal("no-new-privileges:true", Assert.Single(service["security_opt"].Items()).Text());
            Assert.All(service["ports"].Items(), port => Assert.StartsWith("127.0.0.1:", port.Text(), StringComparison.Ordinal));
        });

    [Fact]
    public void Redis_keeps_what_it_confirmed_and_evicts_nothing()
    {
        foreach (var command in new[] { Services["redis"]!["command"].Text(), Repository.Read("deploy/kubernetes/redis.yaml") })
        {
            Assert.Contains("--appendonly yes --appendfsync always", command, StringComparison.Ordinal);
            Assert.Contains("--maxmemory-policy noeviction", command, StringComparison.Ordinal);
            Assert.Contains("requirepass", command, StringComparison.Ordinal);
        }
    }

    // Seen red with a file in the container, which ends with it, with the key given to the silos, and with nginx passing on what the client says of itself.
    [Fact]
    public void Revocations_are_audited_on_standard_output_with_a_key_of_the_operators()
    {
        var api = Services["api"]!["environment"]!;
        Assert.Equal(AuditOptions.StandardOutput, api["Curfew__Audit__File"].Text());
        Assert.StartsWith("${AUDIT_KEY:?", api["Curfew__Audit__Key"].Text(), StringComparison.Ordinal);
        Assert.All(Services.Keys().Where(name => name != "api"), name => Assert.Null(Services[name]!["environment"]?["Curfew__Audit__Key"]));

        // "from" is what nginx says, so nginx must say it, and nobody else may get there.
        Assert.Equal("true", api["ASPNETCORE_FORWARDEDHEADERS_ENABLED"].Text());
        Assert.Contains("proxy_set_header X-Forwarded-For $remote_addr;", Repository.Read("deploy/nginx/curfew.conf"), StringComparison.Ordinal);
        Assert.Empty(Services["api"]!["ports"].Items());
    }

    // Every start would accept that a Redis which lost its memory has forgotten all revocations.
    [Fact]
    public void The_store_is_never_initialized_by_itself()
    {
        Assert.Equal("setup", Assert.Single(Services["initialize"]!["profiles"].Items()).Text());
        Assert.All(Services.Keys(), name => Assert.DoesNotContain("\"initialize\"", Services[name]!["depends_on"]?.ToJsonString() ?? "", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_built_mounted_and_replaced_is_there()
    {
        foreach (var service in Services.Keys().Select(name => Services[name]!))
        {
            if (service["build"] is { } build)
                Assert.True(File.Exists(Repository.Path(build["dockerfile"].Text())));
            foreach (var mount in service["volumes"].Items().Select(Yaml.Text).Where(mount => mount.StartsWith('.')))
                Assert.True(File.Exists(Repository.Path(Path.Combine("deploy", mount.Split(':')[0]))), mount);
        }

        var proxy = Repository.Read("deploy/proxies/nginx.conf");
        foreach (var replaced in new[] { "127.0.0.1:5080", "127.0.0.1:8080", "listen 80;", "upstream curfew {" })
            Assert.Contains(replaced, proxy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api", "Api")]
    [InlineData("silo", "Silo")]
    public void Images_run_as_nobody_in_particular_and_write_to_data_alone(string image, string project)
    {
        var file = Repository.Read($"deploy/{image}.Dockerfile");
        Assert.Equal(2, file.Split('\n').Count(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.Contains("\nUSER $APP_UID\n", file, StringComparison.Ordinal);
        Assert.Contains("\nVOLUME /data\n", file, StringComparison.Ordinal);
        Assert.Contains($"Curfew.{project}.dll", file, StringComparison.Ordinal);
        Assert.True(File.Exists(Repository.Path($"src/{project}/Curfew.{project}.csproj")));
        foreach (var copied in file.Split('\n').First(line => line.StartsWith("COPY global.json", StringComparison.Ordinal)).Split(' ')[1..^1])
            Assert.True(File.Exists(Repository.Path(copied)), copied);
    }
}
