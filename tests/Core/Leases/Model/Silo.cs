namespace Curfew.Leases.Model;

/// <summary>
/// A silo. Any silo may activate any user's grain, and two may at once, as when a cluster is partitioned.
/// </summary>
internal sealed class Silo(World world) : LeasedProcess(world)
{
    private StoreWatch _watch = null!;

    public override void Start()
    {
        _watch = new StoreWatch(World.RevokerOptions);
        base.Start();
    }

    /// <summary>A check by a caller that asks the grain.</summary>
    public new void Check(int key, Action<ulong?> answer) => base.Check(key, answer);

    /// <summary>A reading for an API node's lease.</summary>
    public void Fill(int key, Action<ulong?> answer)
    {
        if (World.Mutation == Mutation.FillFromAGrainsMemory && Held.TryRead(key, Clock(), out var held)) answer(held);
        else ReadStorage(key, answer);
    }

    public void LogOut(int key, ulong fact, Action acknowledged)
    {
        if (_watch.Current is not { } under)
        {
            // Not one answer of the store yet, or no marker: a 503.
            return;
        }

        if (World.Mutation == Mutation.ListBeforePersisting)
        {
            Announce(key, fact, under, acknowledged, afterListing: next => Persist(key, fact, next));
            return;
        }

        if (World.Mutation == Mutation.AcknowledgeBeforePersisting)
        {
            Announce(key, fact, under, () =>
            {
                acknowledged();
                Persist(key, fact, () => { });
            });
            return;
        }

        Then(() => Persist(key, fact, () => Announce(key, fact, under, acknowledged)));
    }

    protected override void Observe(in StoreReply reply, in ClockReading now) => _watch.Observe(reply, now);

    // The marker must be the one from before the reading, too: the store may have been empty when it was read, and been
    // initialised anew when it was asked.
    protected override void ReadStorage(int key, Action<ulong?> read)
    {
        var before = _watch.Current?.Marker;
        if (before is null && World.Mutation != Mutation.ReadingNotVerified)
        {
            read(null);
            return;
        }

        Ask(
            () => World.Store.Read(key),
            facts => Then(() =>
            {
                if (World.Mutation == Mutation.ReadingNotVerified) read(facts);
                else Ask(World.Store.Reply, Verify, () => read(null));

                void Verify(StoreReply reply)
                {
                    _watch.Observe(reply, Clock());
                    var same = World.Mutation == Mutation.ReadingVerifiedAfterwardsAlone
                        ? reply.Store is not null
                        : reply.Store?.Marker == before;
                    read(same ? facts : null);
                }
            }),
            () => read(null));
    }

    private void Announce(int key, ulong fact, StoreIdentity under, Action acknowledged, Action<Action>? afterListing = null)
    {
        var round = new RevocationRound(World.RevokerOptions, _watch, under);
        var drives = 0;
        Drive();

        void Drive()
        {
            var drive = ++drives;
            var step = round.Next(Clock());
            switch (step.Kind)
            {
                case RoundStepKind.List:
                    Ask(() => (World.Store.Reply(), World.Store.List(key, fact)), listed =>
                    {
                        round.Listed(listed.Item1, listed.Item2, Clock());
                        if (afterListing is null) Then(Drive);
                        else afterListing(Drive);
                    }, Drive);
                    break;
                case RoundStepKind.Publish:
                    Tell(Publish, Published, Published);
                    break;
                case RoundStepKind.Wait:
                    After(step.Wait, () => { if (drive == drives) Drive(); });
                    break;
                case RoundStepKind.Fence:
                    World.Counts.Fenced++;
                    Fence(step.Leases);
                    break;
                case RoundStepKind.PersistAgain:
                    World.Counts.PersistedAgain++;
                    if (World.Mutation == Mutation.LostWriteAcknowledged) Announce(key, fact, _watch.Current!, acknowledged);
                    else LogOut(key, fact, acknowledged);
                    break;
                case RoundStepKind.Acknowledge:
                    acknowledged();
                    CleanUp(step.Leases);
                    break;
            }
        }

        void CleanUp(IReadOnlyList<LeaseId> ended)
        {
            var settled = _watch.ToSettle(Clock());
            Tell(() =>
            {
                World.Store.Remove(ended);
                if (settled is not null) World.Store.Settle(settled);
            }, () => { });
        }

        void Published()
        {
            round.Published(Clock());
            Drive();
        }

        void Publish()
        {
            foreach (var process in World.Leased)
            {
                World.Network.Send(process.Receives(() => process.Hear(key, fact, ids =>
                    World.Network.Send(Receives(() =>
                    {
                        foreach (var id in ids) round.Confirmed(id);
                        Then(Drive);
                    })))));
            }
        }

        void Fence(IReadOnlyList<LeaseId> leases)
        {
            var before = Clock();
            // Paused just here, a revoker that counts from its last reading counts too early.
            After(World.IsChaotic && Simulation.Chance(0.3) ? Simulation.Between(0.1, 2) : TimeSpan.Zero, () => Ask(
                () =>
                {
                    World.CutOff(leases);
                    return (World.Store.Reply(), World.Store.Fence(leases));
                },
                fenced =>
                {
                    if (World.Mutation == Mutation.AcknowledgeWithoutWaiting) fenced.Item2.Clear();
                    round.Fenced(fenced.Item1, fenced.Item2, World.Mutation == Mutation.WaitFromBeforeTheFence ? before : Clock());
                    Then(Drive);
                },
                Drive));
        }
    }

    // Without an answer the outcome is unknown, and the caller gets a 503.
    private void Persist(int key, ulong fact, Action persisted) =>
        Tell(() => World.Store.Persist(key, fact), () => Then(persisted));

    private void Tell(Action atStore, Action told, Action? lost = null) => Ask(
        () =>
        {
            atStore();
            return true;
        },
        _ => told(),
        lost ?? (() => { }));
}
