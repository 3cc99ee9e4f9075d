using Curfew.Bench.Harness;

namespace Curfew.Bench.Load.Contenders;

/// <summary>A silo in a process of its own, for <see cref="CurfewCluster"/>.</summary>
internal static class CurfewSilo
{
    public static ChildProcess Start(string[] settings) => ChildProcess.Start(
        "dotnet",
        [
            typeof(CurfewSilo).Assembly.Location,
            "silo",
            .. settings.Select(setting => "--" + setting),
            $"--Curfew:Cluster:SiloPort={Loopback.FreePort()}",
            $"--Curfew:Cluster:GatewayPort={Loopback.FreePort()}",
        ]);

    public static async Task ServeAsync(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder(arguments);
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.AddCurfewSilo();
        await builder.Build().RunAsync();
    }
}
