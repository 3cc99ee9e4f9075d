namespace Curfew.Leases.Model;

/// <summary>Loses, delays, reorders and duplicates, as long as the chaos lasts.</summary>
internal sealed class Network(Simulation simulation)
{
    public double Loss { get; set; }

    public double Slow { get; set; }

    public double Duplicates { get; set; }

    public void Send(Action deliver)
    {
        if (simulation.Chance(Duplicates)) simulation.After(Delay(), deliver);
        if (!simulation.Chance(Loss)) simulation.After(Delay(), deliver);
    }

    private TimeSpan Delay() =>
        simulation.Chance(Slow) ? simulation.Between(0.002, simulation.Chance(0.5) ? 0.3 : 5) : simulation.Between(0.0001, 0.002);
}
