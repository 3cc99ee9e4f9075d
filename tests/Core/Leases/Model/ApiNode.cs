namespace Curfew.Leases.Model;

/// <summary>An API node: strict, it asks a silo on every check; leased, it answers from memory.</summary>
internal sealed class ApiNode(World world, bool leased) : LeasedProcess(world)
{
    private Silo? _usual;

    public override void Start()
    {
        if (leased) base.Start();
    }

    /// <summary>A request: the answer, or null for a 503, or none at all when something died.</summary>
    public void Request(int key, Action<ulong?> answer)
    {
        if (leased) Check(key, answer);
        else AskSilo((silo, reply) => silo.Check(key, reply), answer);
    }

    public void LogOut(int key, ulong fact, Action acknowledged)
    {
        var silo = PickSilo();
        World.Network.Send(silo.Receives(() => silo.LogOut(key, fact, acknowledged)));
    }

    protected override void ReadStorage(int key, Action<ulong?> read) => AskSilo((silo, reply) => silo.Fill(key, reply), read);

    protected override void ReadWithoutLease(int key, Action<ulong?> read) => AskSilo((silo, reply) => silo.Check(key, reply), read);

    private void AskSilo(Action<Silo, Action<ulong?>> ask, Action<ulong?> answer)
    {
        var silo = PickSilo();
        var isDone = false;
        World.Network.Send(silo.Receives(() => ask(silo, value => World.Network.Send(Receives(() => Finish(value))))));
        After(Schedule.AskTimeout * 3, () => Finish(null));

        void Finish(ulong? value)
        {
            if (isDone) return;
            isDone = true;
            answer(value);
        }
    }

    private Silo PickSilo()
    {
        if (_usual is null || _usual.IsCrashed || Simulation.Chance(0.1)) _usual = World.Silos[Simulation.Pick(World.Silos.Count)];
        return _usual;
    }
}
