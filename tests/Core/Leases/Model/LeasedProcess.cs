namespace Curfew.Leases.Model;

/// <summary>A process that answers from memory under a lease: a silo, or a leased API node. All its decisions are the real
/// machines' of Curfew.Core.</summary>
internal abstract class LeasedProcess(World world) : ModelProcess(world)
{
    private readonly Dictionary<HeldFill<int, ulong>, List<Action<HeldResult<ulong>>>> _joined = [];
    private readonly ulong?[] _fromEarlierLeases = new ulong?[Schedule.Keys];
    private ClockReading _oldReading;
    private StoreIdentity? _known;
    private Action? _repeatTake;
    private bool _taking;
    private bool _isCutOff;
    private bool _isBroken;
    private bool _cameBack;

    protected LeaseHolder Holder { get; private set; } = null!;

    protected Held<int, ulong> Held { get; private set; } = null!;

    public LeaseId? LeaseId => Holder?.Current?.Id;

    public override void Start()
    {
        Holder = new LeaseHolder(World.Options, Simulation.NewId);
        Held = new Held<int, ulong>(Holder, static (a, b) => a | b, capacity: 100);
        Array.Clear(_fromEarlierLeases);
        _joined.Clear();
        _taking = _isCutOff = _isBroken = _cameBack = false;
        Tick();
    }

    /// <summary>A copy of its last take arrives at the store only now.</summary>
    public void RepeatTake() => _repeatTake?.Invoke();

    /// <summary>An announcement arrived.</summary>
    public void Hear(int key, ulong facts, Action<IReadOnlyList<LeaseId>> confirm)
    {
        if (Simulation.Now < DeafUntil || Simulation.Now < CutOffUntil) return;
        if (World.Mutation == Mutation.ConfirmBeforeApplying)
        {
            confirm(Holder.Confirmable());
            Then(() => Held.Apply(key, facts));
            return;
        }

        var unheard = World.Mutation == Mutation.AnnouncementsNotMergedIntoFills && _joined.Keys.Any(fill => fill.Slot.Key == key);
        if (!unheard) Held.Apply(key, facts);
        _fromEarlierLeases[key] |= facts;
        Then(() => confirm(Holder.Confirmable()));
    }

    /// <summary>A check, from memory or through a fill. <paramref name="answer"/> gets null for a 503.</summary>
    protected void Check(int key, Action<ulong?> answer)
    {
        var now = World.Mutation == Mutation.LeaseCheckedWithAnOldReading ? _oldReading : Clock();
        if (Held.TryRead(key, now, out var value))
        {
            World.Counts.FromMemory++;
            Then(() => answer(value));
            return;
        }

        if (World.Mutation == Mutation.LeaseKeptForAsLongAsTheStoreIsAway && _isCutOff && _fromEarlierLeases[key] is { } kept)
        {
            Then(() => answer(kept));
            return;
        }

        var fill = Held.BeginFill(key, Clock(), out var joined);
        if (fill is null)
        {
            ReadWithoutLease(key, answer);
            return;
        }

        if (joined)
        {
            _joined[fill].Add(result =>
            {
                if (result.HasValue) answer(result.Value);
                else ReadWithoutLease(key, answer);
            });
            return;
        }

        _joined[fill] = [];
        Then(() => ReadStorage(key, read =>
        {
            if (read is null) Held.Abandon(fill);
            var result = read is { } facts ? Held.Complete(fill, facts, Clock()) : default;
            if (!result.HasValue) World.Counts.Discarded++;
            if (result.HasValue) _fromEarlierLeases[key] = (_fromEarlierLeases[key] ?? 0) | result.Value;
            _joined.Remove(fill, out var waiting);
            waiting?.ForEach(other => other(result));
            // Its own reading began after it started, so it may answer with it even when nothing may be held.
            answer(result.HasValue ? result.Value : read);
        }));
    }

    protected abstract void ReadStorage(int key, Action<ulong?> read);

    protected virtual void ReadWithoutLease(int key, Action<ulong?> read) => ReadStorage(key, read);

    protected virtual void Observe(in StoreReply reply, in ClockReading now)
    {
    }

    private void Tick()
    {
        _oldReading = Clock();
        if (!_taking) Renew();
        After(World.Options.RenewEvery, Tick);
    }

    private void Renew()
    {
        // A connection that breaks changes nothing: the lease is good for what is left of it. One that comes back ends it, for
        // announcements may have been missed.
        if (_isBroken && Simulation.Chance(0.5))
        {
            (_isBroken, _cameBack) = (false, true);
            Holder.End();
        }

        var request = Holder.NextRequest(Clock());
        _taking = request.IsTake;
        var known = _known;
        // A copy of the request that some client library or proxy sends again, much later.
        if (_taking && World.IsChaotic && Simulation.Chance(0.1)) Simulation.After(Simulation.Between(0.2, 4), () => World.Store.Take(request, known));
        if (_taking) _repeatTake = () => World.Store.Take(request, known);
        Then(() => Ask(
            () => (World.Store.Reply(), request.IsTake ? World.Store.Take(request, known) : World.Store.Renew(request)),
            answer =>
            {
                var (reply, granted) = answer;
                _taking = _isCutOff = false;
                var now = Clock();
                _known = reply.Store;
                Observe(reply, now);
                if (World.Mutation == Mutation.LeaseCountedFromReceipt) request = request with { Sent = now };
                if (!granted)
                {
                    Holder.Refused(request);
                    if (!request.IsTake) Renew();
                }
                else if (Holder.Granted(request, now) && request.IsTake)
                {
                    World.Counts.Taken++;
                    if (World.Mutation == Mutation.NoReadingAgainAfterANewLease) KeepWhatWasHeld();
                    if (World.Mutation == Mutation.RestoredConnectionTrusted && _cameBack) KeepWhatWasHeld();
                    _cameBack = false;
                }
            },
            () =>
            {
                _taking = false;
                _isCutOff = true;
                _isBroken |= Simulation.Chance(0.1);
            },
            Simulation.Between(0.5, 2.5)));
    }

    private void KeepWhatWasHeld()
    {
        for (var key = 0; key < Schedule.Keys; key++)
        {
            if (_fromEarlierLeases[key] is { } kept && Held.BeginFill(key, Clock(), out var joined) is { } fill && !joined) Held.Complete(fill, kept, Clock());
        }
    }
}
