namespace Curfew.Grains;

[GrainType(StoredScope.UserType)]
internal sealed class UserRevocationsGrain : Grain, IUserRevocationsGrain, IRemindable
{
    private readonly DurableFacts _facts;
    private readonly SiloCutoffs _cutoffs;
    private readonly GrainSurroundings _silo;
    private readonly FactScope _scope;
    private readonly Attempts _attempts = new();

    public UserRevocationsGrain(
        IGrainContext context,
        [PersistentState(GrainSurroundings.StateName, GrainSurroundings.StorageName)] IPersistentState<StoredFacts> state,
        GrainSurroundings silo,
        SiloCutoffs cutoffs,
        SiloActivations activations)
    {
        _silo = silo;
        _cutoffs = cutoffs;
        _scope = FactScope.Of(UserKey.Parse(context.GrainId.Key.ToString()!));
        _facts = silo.FactsOf(context, state);

        activations.Track(context, _scope, _facts);
    }

    public ValueTask<Verdict> CheckAsync(TokenIdentity token) =>
        _facts.TryGet(out var facts) && _cutoffs.TryGet(token, out var cutoffs)
            ? new(Judge.Decide(token, new TokenFacts(token, facts, cutoffs)))
            : new(CheckInStorageAsync(token));

    public async Task<IReadOnlyList<Fact>> ReadAsync() => [.. (await _facts.ReadAsync()).Facts];

    public Task<RevokeResult> RevokeAsync(RevokeRequest request) =>
        _attempts.JoinAsync(request.Attempt, () => RevokeOnceAsync(request));

    private async Task<RevokeResult> RevokeOnceAsync(RevokeRequest request)
    {
        var facts = await _silo.Announcer.PersistAndAnnounceAsync(
            _scope, () => _facts.AddAsync(known => Plan(known, request)));
        if (facts is null)
            return new RevokeResult(false);
        return new RevokeResult(true, facts.FirstOrDefault(fact => fact.Id.Kind == FactKind.UserCutoff)?.Number);
    }

    public async Task ImportAsync(IReadOnlyList<Fact> facts)
    {
        if (!facts.All(fact => fact.Id.Kind.IsOfUser))
            throw new ArgumentException("Facts that aren't a user's.", nameof(facts));
        await _silo.Announcer.PersistAndAnnounceAsync(_scope, () => _facts.AddAsync(_ => facts));

        // An import goes through all users there are, and few of them come back soon: they would fill the silo.
        DeactivateOnIdle();
    }

    public async Task<FactPage> InspectAsync(string? cursor) =>
        FactPage.Of((_facts.TryGet(out var facts) ? facts : await _facts.ReadAsync()).Facts, cursor, _silo.Time.GetUtcNow());

    public Task<FactPage> GetState() => InspectAsync(null);

    public Task ReceiveReminder(string reminderName, TickStatus status) => _facts.ExpireAsync();

    private async Task<Verdict> CheckInStorageAsync(TokenIdentity token)
    {
        var facts = _facts.TryGet(out var held) ? held : await _facts.ReadAsync();
        return Judge.Decide(token, new TokenFacts(token, facts, await _cutoffs.ReadAsync(token)));
    }

    // Null: there is no room for another fact.
    private IReadOnlyList<Fact>? Plan(FactSet known, RevokeRequest request)
    {
        var limits = _silo.Limits;
        var now = _silo.Time.GetUtcNow();
        var origin = new FactOrigin(now.ToUnixTimeSeconds(), request.By, request.Reason, request.ByIssuer);
        return request switch
        {
            RevokeToken token => Single(known, NewFacts.ForToken(ParseId(token.TokenId), token.Expires, limits, origin)),
            RevokeSession session => Single(known, NewFacts.ForSession(session.Session, limits, origin, session.At)),
            RevokeOthers others => NewFacts.ForOthers(known, others.Presented, limits, now, origin),
            RevokeEverything { Before: { } before } =>
                NewFacts.ForEverythingBefore(known, before, limits, origin),
            RevokeEverything everything =>
                [NewFacts.ForEverything(known, everything.PresentedIssuedAt, limits, now, origin)],
            _ => throw new ArgumentException($"An unknown request: {request.GetType().Name}.", nameof(request)),
        };
    }

    // Only single revocations are refused: cutoffs and exemptions replace each other, so they stay few.
    private IReadOnlyList<Fact>? Single(FactSet known, Fact fact) =>
        known.TryGet(fact.Id, out _) || known.LiveCount(fact.Origin!.At) < _silo.Limits.MaxFactsPerUser ? [fact] : null;

    private static TokenId ParseId(string text) =>
        TokenId.TryParse(text, out var id) ? id : throw new ArgumentException("Not a token id.", nameof(text));
}
