using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Curfew.Api.Audit;
using Curfew.Docs.Tests.Reading;
using Curfew.Redis;

namespace Curfew.Docs.Tests.Deployment;

/// <summary>deploy/kubernetes holds together, and with the code. Seen red with each of: a setting misspelt, a probe's path
/// and a port changed, a read-only root taken away, a resource not listed.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes/";
    private const int ShutdownSeconds = 30;

    private static readonly JsonNode Kustomization = Assert.Single(Yaml.Read(Folder + "kustomization.yaml"));

    private static readonly IReadOnlyList<JsonNode> Resources =
    [
        .. Directory.GetFiles(Repository.Path(Folder), "*.yaml").Select(file => Path.GetFileName(file)!)
            .Where(file => file != "kustomization.yaml").SelectMany(file => Yaml.Read(Folder + file)),
    ];

    private static IEnumerable<JsonNode> Workloads => Resources.Where(resource => resource["spec"]?["template"] is not null);

    private static IEnumerable<JsonNode> Containers =>
        Workloads.SelectMany(workload => workload["spec"]!["template"]!["spec"]!["containers"].Items());

    [Fact]
    public void Every_resource_is_listed_and_there()
    {
        var there = Directory.GetFiles(Repository.Path(Folder), "*.yaml").Select(file => Path.GetFileName(file)!)
            .Except(["kustomization.yaml", "initialize.yaml"]);
        Assert.Equal(there.Order(), Kustomization["resources"].Items().Select(Yaml.Text).Order());
        foreach (var generator in Kustomization["configMapGenerator"].Items().Concat(Kustomization["secretGenerator"].Items()))
            Assert.All(generator["envs"].Items(), file => Assert.True(File.Exists(Repository.Path(Folder + file.Text())), file.Text()));
    }

    [Fact]
    public void Every_setting_is_one_that_is_read()
    {
        var variables = Containers.SelectMany(container => container["env"].Items().Select(variable => variable["name"].Text()))
            .Concat(Directory.GetFiles(Repository.Path(Folder), "*.env").SelectMany(file => Settings.OfEnvFile(Folder + Path.GetFileName(file))))
            .Distinct().ToList();
        Assert.Contains("Curfew__Cluster__Redis", variables);
        Assert.True(variables.Count >= 10, "The variables aren't found any more.");
        Assert.All(variables, variable => Assert.True(Settings.AreRead(variable), $"Nothing reads {variable}."));
    }

    [Fact]
    public void Every_container_is_confined()
    {
        Assert.True(Containers.Count() >= 4);
        Assert.All(Workloads, workload =>
        {
            var pod = workload["spec"]!["template"]!["spec"]!;
            Assert.Equal("true", pod["securityContext"]!["runAsNonRoot"].Text());
            Assert.NotEqual("0", pod["securityContext"]!["runAsUser"].Text());
            Assert.Equal("false", pod["automountServiceAccountToken"].Text());
            Assert.Null(pod["hostNetwork"] ?? pod["hostPID"] ?? pod["hostIPC"]);
            Assert.All(pod["volumes"].Items(), volume => Assert.Null(volume["hostPath"]));
        });
        Assert.All(Containers, container =>
        {
            var context = container["securityContext"]!;
            Assert.Null(context["privileged"]);
            Assert.Equal("false", context["allowPrivilegeEscalation"].Text());
            Assert.Equal("true", context["readOnlyRootFilesystem"].Text());
            Assert.Equal("ALL", Assert.Single(context["capabilities"]!["drop"].Items()).Text());
        });
    }

    [Fact]
    public void Ports_agree_with_the_images_the_options_and_each_other()
    {
        Assert.Equal("8080", Port("api", "http"));
        Assert.Equal("8080", Port("silo", "http"));
        Assert.Equal(new CurfewClusterOptions().SiloPort.ToString(CultureInfo.InvariantCulture), Port("silo", "silo"));
        Assert.Equal(new CurfewClusterOptions().GatewayPort.ToString(CultureInfo.InvariantCulture), Port("silo", "gateway"));
        foreach (var image in new[] { "api", "silo" })
            Assert.Contains("ASPNETCORE_HTTP_PORTS=8080", Repository.Read($"deploy/{image}.Dockerfile"), StringComparison.Ordinal);
        foreach (var service in Resources.Where(resource => resource["kind"].Text() == "Service"))
        {
            foreach (var port in service["spec"]!["ports"].Items())
                _ = Port(service["spec"]!["selector"]!["app.kubernetes.io/name"].Text(), port["targetPort"].Text());
        }

        foreach (var policy in Resources.Where(resource => resource["kind"].Text() == "NetworkPolicy" && resource["spec"]!["ingress"] is not null))
        {
            var open = Ports(policy["spec"]!["podSelector"]!["matchLabels"]!["app.kubernetes.io/name"].Text()).Values;
            foreach (var port in policy["spec"]!["ingress"].Items().SelectMany(rule => rule["ports"].Items()))
                Assert.Contains(port["port"].Text(), open);
        }
    }

    [Fact]
    public void Probes_ask_what_is_mapped()
    {
        var mapped = Regex.Matches(Repository.Read("src/Api/Health/HealthExtensions.cs"), "MapHealthChecks\\(\"([^\"]+)\"")
            .Select(match => match.Groups[1].Value).ToList();
        foreach (var name in new[] { "api", "silo" })
        {
            var container = Container(name);
            Assert.Equal("/health/ready", container["readinessProbe"]!["httpGet"]!["path"].Text());
            foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
            {
                Assert.Contains(container[probe]!["httpGet"]!["path"].Text(), mapped);
                _ = Port(name, container[probe]!["httpGet"]!["port"].Text());
            }
        }
    }

    [Fact]
    public void Every_node_has_the_time_to_drain()
    {
        foreach (var name in new[] { "api", "silo" })
        {
            var pod = Workload(name)["spec"]!["template"]!["spec"]!;
            var wait = int.Parse(Container(name)["lifecycle"]!["preStop"]!["sleep"]!["seconds"].Text(), CultureInfo.InvariantCulture);
            var grace = int.Parse(pod["terminationGracePeriodSeconds"].Text(), CultureInfo.InvariantCulture);
            Assert.True(grace > wait + ShutdownSeconds, $"{name} is killed {grace} s after it was told to stop.");
            var budget = Assert.Single(Resources, resource => resource["kind"].Text() == "PodDisruptionBudget" && Name(resource) == name);
            Assert.Equal(
                Workload(name)["spec"]!["template"]!["metadata"]!["labels"]!.ToJsonString(), budget["spec"]!["selector"]!["matchLabels"]!.ToJsonString());
        }

        var scaler = Assert.Single(Resources, resource => resource["kind"].Text() == "HorizontalPodAutoscaler");
        Assert.Equal("api", Name(Workload(scaler["spec"]!["scaleTargetRef"]!["name"].Text())));

        // Beside a scaler, a number of its own would be put back at each apply.
        Assert.Null(Workload("api")["spec"]!["replicas"]);
    }

    [Fact]
    public void Secrets_and_settings_that_are_named_are_generated()
    {
        var generated = Kustomization["configMapGenerator"].Items().Concat(Kustomization["secretGenerator"].Items())
            .Select(generator => generator["name"].Text()).ToList();
        foreach (var container in Containers)
        {
            foreach (var source in container["envFrom"].Items())
                Assert.Contains((source["configMapRef"] ?? source["secretRef"])!["name"].Text(), generated);
            foreach (var variable in container["env"].Items())
            {
                if (variable["valueFrom"]?["secretKeyRef"] is { } secret)
                {
                    Assert.Equal("curfew-redis", secret["name"].Text());
                    Assert.Contains(secret["key"].Text(), Settings.OfEnvFile(Folder + "redis.env"));
                }
            }
        }
    }

    // Seen red with the secret taken from the Api, with its key in settings.env, and with a file instead of standard output.
    [Fact]
    public void Revocations_are_audited_on_standard_output_with_a_key_of_the_operators()
    {
        Assert.Contains($"\nCurfew__Audit__File={AuditOptions.StandardOutput}\n", Repository.Read(Folder + "settings.env"), StringComparison.Ordinal);
        Assert.Equal(["Curfew__Audit__Key"], Settings.OfEnvFile(Folder + "audit.env"));
        var generator = Assert.Single(Kustomization["secretGenerator"].Items(), generator => generator["name"].Text() == "curfew-audit");
        Assert.Equal("audit.env", Assert.Single(generator["envs"].Items()).Text());
        var withKey = Containers.Where(container => container["envFrom"].Items().Any(source => source["secretRef"]?["name"].Text() == "curfew-audit"));
        Assert.Equal("api", Assert.Single(withKey)["name"].Text());
        Assert.DoesNotContain("Audit__Key", Repository.Read(Folder + "settings.env"), StringComparison.Ordinal);
    }

    [CommandFact("kubectl")]
    public async Task Kustomize_builds_it()
    {
        var built = await CommandFactAttribute.RunAsync("kubectl", ["kustomize", Repository.Path(Folder)]);
        Assert.Contains("kind: HorizontalPodAutoscaler", built, StringComparison.Ordinal);
        Assert.DoesNotContain("kind: Job", built, StringComparison.Ordinal);
    }

    private static string Name(JsonNode resource) => resource["metadata"]!["name"].Text();

    private static JsonNode Workload(string name) => Assert.Single(Workloads, workload => Name(workload) == name);

    private static JsonNode Container(string name) => Assert.Single(Containers, container => container["name"].Text() == name);

    private static Dictionary<string, string> Ports(string container) =>
        Container(container)["ports"].Items().ToDictionary(port => port["name"].Text(), port => port["containerPort"].Text());

    private static string Port(string container, string name) => Ports(container)[name];
}
