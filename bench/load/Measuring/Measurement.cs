namespace Curfew.Bench.Load.Measuring;

/// <summary>One window, or the medians of several.</summary>
/// <param name="Rps">Requests a second.</param>
/// <param name="CpuUs">CPU time of all its processes per request, in microseconds.</param>
/// <param name="AppCpuUs">The application's share of that: without its Redis.</param>
internal sealed record Measurement(double Rps, double CpuUs, double AppCpuUs, double P50Ms, double P99Ms)
{
    public static Measurement MedianOf(IReadOnlyCollection<Measurement> windows) => new(
        Median(windows.Select(window => window.Rps)),
        Median(windows.Select(window => window.CpuUs)),
        Median(windows.Select(window => window.AppCpuUs)),
        Median(windows.Select(window => window.P50Ms)),
        Median(windows.Select(window => window.P99Ms)));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
