using System.Globalization;

namespace Curfew.Bench.Load.Measuring;

/// <summary>Where a contender's tokens come from.</summary>
internal sealed class TokenSource(string seen, double seenShare)
{
    /// <summary>The file of the tokens that are sent once.</summary>
    public string? Fresh { get; set; }

    /// <summary>How many of them were sent: the next run goes on from there.</summary>
    public int FreshUsed { get; set; }

    /// <summary>What wrk.lua is told.</summary>
    public IEnumerable<string> Arguments =>
    [
        $"seen={seen}",
        $"share={seenShare.ToString(CultureInfo.InvariantCulture)}",
        .. Fresh is null ? Array.Empty<string>() : [$"fresh={Fresh}", $"skip={FreshUsed}"],
    ];

    public TokenSource SeenOnly() => new(seen, 1);
}
