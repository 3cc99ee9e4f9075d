namespace Curfew.Leases.Model;

internal sealed class World
{
    public World(int seed, Mutation mutation)
    {
        Mutation = mutation;
        Simulation = new Simulation(seed);
        Network = new Network(Simulation);
        Store = new ModelStore(Simulation, mutation);
        Drift = Simulation.Chance(0.5) ? 0.02 : 0.1;
        Options = new LeaseOptions
        {
            ClockDrift = mutation == Mutation.NoDriftMargin ? 0.0005 : Drift,
            ConfirmWithin = TimeSpan.FromSeconds(Simulation.Chance(0.5) ? 0.02 : 0.4),
        };
        RevokerOptions = mutation == Mutation.WaitShorterThanTheLease ? Options with { Length = Options.Length * 0.7 } : Options;
        var leased = seed % 2 == 1;
        for (var i = 2 + Simulation.Pick(2); i > 0; i--) Silos.Add(new Silo(this));
        for (var i = 2; i > 0; i--) Nodes.Add(new ApiNode(this, leased));
        Leased.AddRange(Silos);
        if (leased) Leased.AddRange(Nodes);
    }

    public Mutation Mutation { get; }

    public Simulation Simulation { get; }

    public Network Network { get; }

    public ModelStore Store { get; }

    public LeaseOptions Options { get; }

    /// <summary>How far clocks' rates are off at most.</summary>
    public double Drift { get; }

    public LeaseOptions RevokerOptions { get; }

    public List<Silo> Silos { get; } = [];

    public List<ApiNode> Nodes { get; } = [];

    public List<LeasedProcess> Leased { get; } = [];

    public Counts Counts { get; } = new();

    public bool IsChaotic { get; set; } = true;

    /// <summary>Now and then, those being fenced can't learn of it.</summary>
    public void CutOff(IReadOnlyList<LeaseId> leases)
    {
        if (!IsChaotic) return;
        foreach (var process in Leased)
        {
            if (process.LeaseId is { } id && leases.Contains(id) && Simulation.Chance(0.3)) process.CutOffUntil = Simulation.Now + TimeSpan.FromSeconds(5);
        }
    }
}

/// <summary>What happened, to show that the schedules reach what they are about.</summary>
internal sealed class Counts
{
    public long Checks { get; set; }

    public long FromMemory { get; set; }

    public long Acknowledged { get; set; }

    public long Fenced { get; set; }

    public long Taken { get; set; }

    public long Discarded { get; set; }

    public long PersistedAgain { get; set; }

    public void Add(Counts other)
    {
        Checks += other.Checks;
        FromMemory += other.FromMemory;
        Acknowledged += other.Acknowledged;
        Fenced += other.Fenced;
        Taken += other.Taken;
        Discarded += other.Discarded;
        PersistedAgain += other.PersistedAgain;
    }
}
