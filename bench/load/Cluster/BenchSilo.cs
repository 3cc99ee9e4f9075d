using Orleans.Dashboard;

namespace Curfew.Bench.Load.Cluster;

/// <summary>A silo in a process of its own that tells what it holds.</summary>
internal static class BenchSilo
{
    public static async Task ServeAsync(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        var hasDashboard = builder.Configuration.GetValue<bool>("dashboard");
        builder.AddCurfewSilo(silo =>
        {
            if (hasDashboard)
                silo.AddDashboard();
        });
        await using var app = builder.Build();
        app.MapGet("/memory", Memory.Held);
        app.MapGet("/activations", async (IGrainFactory grains) =>
            (await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics())
                .Where(grain => grain.GrainType.Contains("UserRevocationsGrain", StringComparison.Ordinal))
                .Sum(grain => grain.ActivationCount));
        await app.RunAsync();
    }
}
