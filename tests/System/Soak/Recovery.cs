using System.Globalization;

namespace Curfew.System.Tests.Soak;

/// <summary>How long a node needed until it served again, each from the end of what had kept it from that.</summary>
/// <param name="After">What that was, by its kind.</param>
/// <param name="Up">Until an API node's process answered anything, or a silo was ready.</param>
internal sealed record Recovery(string After, string Node, TimeSpan Up)
{
    /// <summary>Until a check of a new user's token was accepted; null of a silo, whom nobody asks.</summary>
    public TimeSpan? Checks { get; init; }

    /// <summary>Until a logout was acknowledged.</summary>
    public TimeSpan? Logouts { get; init; }

    /// <summary>Until every node refused what it had logged out: all of them are up then.</summary>
    public TimeSpan? Everywhere { get; init; }

    /// <summary>Each step of some recoveries, by its name, as median and longest in seconds.</summary>
    public static IEnumerable<(string Step, string Seconds)> Summaries(IReadOnlyCollection<Recovery> recoveries) =>
    [
        ("silo ready", Summary(recoveries.Where(recovery => recovery.Checks is null).Select(recovery => (TimeSpan?)recovery.Up))),
        ("API node up", Summary(recoveries.Where(recovery => recovery.Checks is not null).Select(recovery => (TimeSpan?)recovery.Up))),
        ("checks", Summary(recoveries.Select(recovery => recovery.Checks))),
        ("logouts", Summary(recoveries.Select(recovery => recovery.Logouts))),
        ("refused by every node", Summary(recoveries.Select(recovery => recovery.Everywhere))),
    ];

    public override string ToString() => Checks is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Node} ready in {Up.TotalSeconds:0.0} s")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Node} up in {Up.TotalSeconds:0.0} s, checks {Checks?.TotalSeconds:0.0}, logouts {Logouts?.TotalSeconds:0.0}, everywhere {Everywhere?.TotalSeconds:0.0}");

    private static string Summary(IEnumerable<TimeSpan?> times)
    {
        List<double> seconds = [.. times.OfType<TimeSpan>().Select(time => time.TotalSeconds).Order()];
        return seconds.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{seconds[seconds.Count / 2]:0.0}, {seconds[^1]:0.0}");
    }
}
