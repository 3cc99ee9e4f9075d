namespace Curfew.Bench.Load.Measuring;

/// <summary>How long and how often. Whole seconds: wrk knows no others.</summary>
/// <param name="WarmUp">
/// Long enough for what a node does on timers to be compiled, too: after 10 s that was nearly a third of a leased node's CPU in one window.
/// </param>
/// <param name="LeadIn">
/// Load before each window that isn't measured: a node that knows a user for a minute at most asks anew for all of them
/// after a break, and a service has none.
/// </param>
/// <param name="FreshWindow">
/// The windows (and the warm-up) of a contender that is sent fresh tokens: each of them has to be signed first.
/// </param>
internal sealed record LoadSettings(int Rounds, TimeSpan WarmUp, TimeSpan LeadIn, TimeSpan Window, TimeSpan FreshWindow)
{
    public static LoadSettings Full { get; } =
        new(5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3));

    public static LoadSettings Quick { get; } =
        new(2, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));

    // A warm-up that runs out of fresh tokens has still warmed up; what it reaches tells what the windows will take.
    private const int WarmUpRps = 20_000;
    private const double FasterThanWarmUp = 1.6;

    /// <summary>The fresh tokens for the warm-up, if <paramref name="share"/> of the requests carry one.</summary>
    public int FreshToWarmUp(double share) => (int)(share * WarmUpRps * FreshWindow.TotalSeconds);

    /// <summary>The fresh tokens for all windows, given the warm-up's requests a second.</summary>
    public int FreshToMeasure(double share, double warmUpRps) =>
        (int)(share * warmUpRps * FasterThanWarmUp * FreshWindow.TotalSeconds * Rounds);
}
