using System.Runtime.InteropServices;
using Curfew.Bench.Harness;

namespace Curfew.Bench.Load.Measuring;

internal static class Machine
{
    /// <summary>Processors, system, SDK and Node: what the figures depend on.</summary>
    public static async Task<string> DescribeAsync()
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        var sdk = (await ChildProcess.RunAsync("dotnet", ["--version"], Repository.Root)).Trim();
        var node = (await ChildProcess.RunAsync("node", ["--version"])).Trim();
        return $"{Environment.ProcessorCount} cores of {model ?? RuntimeInformation.ProcessArchitecture.ToString()}, " +
            $".NET SDK {sdk}, Node {node}";
    }
}
