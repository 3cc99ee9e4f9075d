using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests;

/// <summary>Real processes that refuse an unsafe production configuration, and say all that is wrong with it.</summary>
public sealed class StartUpTests
{
    private static readonly (string Name, string Value)[] Wrong =
    [
        ("ASPNETCORE_ENVIRONMENT", "Production"),
        ("Curfew:FailOpen", "true"),
        ("Curfew:Limits:MaxTokenLifetime", "a day"),
        ("Curfew:Limits:MaxFactsPerUser", "0"),
        ("Curfew:Cluster:Redis", ""),
        ("Curfew:Cluster:Name", "No Name"),
        ("Curfew:Cluster:LeaseLength", "long"),
        ("Authentication:Schemes:Bearer:ValidIssuers:0", "curfew-dev"),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Issuer", "curfew-dev"),
        ("Authentication:Schemes:Bearer:SigningKeys:0:Value", "c2hvcnQ="),
    ];

    private static readonly string[] Said =
    [
        "accept-revoked-tokens", "Curfew:Limits:MaxTokenLifetime is \"a day\"", "MaxFactsPerUser is 0", "Redis is required", "Name is \"No Name\"",
        "Curfew:Cluster:LeaseLength is \"long\"", "trusts curfew-dev", "5 bytes long", "There is no ValidAudience",
    ];

    // Seen red for the silo with its Redis parsed at once: that hid all others.
    [Fact]
    public async Task AnApiNodeAndASilo_RefuseAndSayEverything()
    {
        using var data = new TemporaryDirectory();
        await using var api = ApiProcess.Launch(data.Path, [.. Wrong, ("Curfew:Hosting", "cluster")]);
        await using var silo = SiloProcess.Launch(data.Path, Wrong);
        foreach (var process in new[] { api.Process, silo.Process })
        {
            Assert.NotEqual(0, await process.ExitAsync());
            Assert.All(Said, wrong => Assert.Contains(wrong, process.Output, StringComparison.Ordinal));
            Assert.DoesNotContain("c2hvcnQ=", process.Output, StringComparison.Ordinal);
        }
    }
}
