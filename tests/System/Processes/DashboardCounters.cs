using System.Text.Json.Nodes;

namespace Curfew.System.Tests.Processes;

/// <summary>What the Orleans dashboard shows.</summary>
internal static class DashboardCounters
{
    /// <summary>How many users' grains are active on the silo with this port.</summary>
    public static int Users(string counters, int siloPort) => (JsonNode.Parse(counters)?["simpleGrainStats"] as JsonArray ?? [])
        .Where(grain => ((string?)grain!["grainType"])?.Contains("UserRevocationsGrain", StringComparison.Ordinal) == true
            && ((string?)grain["siloAddress"])?.Contains($":{siloPort}", StringComparison.Ordinal) == true)
        .Sum(grain => (int)grain!["activationCount"]!);
}
