namespace Curfew.Grains;

// What a client's and an issuer's grain share: one fact, kept and told like a user's.
internal abstract class CutoffGrain : Grain, IRemindable
{
    private readonly DurableFacts _facts;
    private readonly FactId _id;
    private readonly string _issuer;
    private readonly GrainSurroundings _silo;
    private readonly Attempts _attempts = new();

    protected CutoffGrain(
        IGrainContext context, IPersistentState<StoredFacts> state, GrainSurroundings silo, string issuer, FactId id)
    {
        _silo = silo;
        _issuer = issuer;
        _id = id;
        _facts = silo.FactsOf(context, state);
    }

    public async Task<long?> ReadAsync()
    {
        // From storage each time: this answer fills another process's memory, and ours may be that of a silo which was
        // not told yet. It is asked once a process and minute.
        var facts = _silo.Lease.MaxAge == Timeout.InfiniteTimeSpan && _facts.TryGet(out var held)
            ? held
            : await _facts.ReadAsync();
        return facts.TryGet(_id, out var fact) ? fact.Number : null;
    }

    public Task<RevokeResult> RevokeAsync(RevokeEverything request) =>
        _attempts.JoinAsync(request.Attempt, () => RevokeOnceAsync(request));

    private async Task<RevokeResult> RevokeOnceAsync(RevokeEverything request)
    {
        var now = _silo.Time.GetUtcNow();
        var origin = new FactOrigin(now.ToUnixTimeSeconds(), request.By, request.Reason, request.ByIssuer);
        var instant = request.Before ?? NewFacts.Cutoff(request.PresentedIssuedAt, _silo.Limits, now);
        var fact = NewFacts.ForCutoff(_id, instant, _silo.Limits, origin);
        var facts = await AddAsync([fact]);
        return new RevokeResult(true, facts[0].Number);
    }

    public Task ImportAsync(IReadOnlyList<Fact> facts) =>
        facts.All(fact => fact.Id == _id)
            ? AddAsync(facts)
            : throw new ArgumentException($"Facts that aren't about {_id}.", nameof(facts));

    public async Task<FactPage> InspectAsync() =>
        FactPage.Of((_facts.TryGet(out var facts) ? facts : await _facts.ReadAsync()).Facts, null, _silo.Time.GetUtcNow());

    public Task<FactPage> GetState() => InspectAsync();

    public Task ReceiveReminder(string reminderName, TickStatus status) => _facts.ExpireAsync();

    private async Task<IReadOnlyList<Fact>> AddAsync(IReadOnlyList<Fact> facts) =>
        (await _silo.Announcer.PersistAndAnnounceAsync(new FactScope(_issuer, null), () => _facts.AddAsync(_ => facts)))!;
}

[GrainType(StoredScope.ClientType)]
internal sealed class ClientCutoffGrain(
    IGrainContext context,
    [PersistentState(GrainSurroundings.StateName, GrainSurroundings.StorageName)] IPersistentState<StoredFacts> state,
    GrainSurroundings silo)
    : CutoffGrain(context, state, silo, KeyOf(context).Issuer, new FactId(FactKind.ClientCutoff, KeyOf(context).ClientId)),
        IClientCutoffGrain
{
    private static ClientKey KeyOf(IGrainContext context) => ClientKey.Parse(context.GrainId.Key.ToString()!);
}

[GrainType(StoredScope.IssuerType)]
internal sealed class IssuerCutoffGrain(
    IGrainContext context,
    [PersistentState(GrainSurroundings.StateName, GrainSurroundings.StorageName)] IPersistentState<StoredFacts> state,
    GrainSurroundings silo)
    : CutoffGrain(context, state, silo, context.GrainId.Key.ToString()!, new FactId(FactKind.IssuerCutoff, "")),
        IIssuerCutoffGrain;
