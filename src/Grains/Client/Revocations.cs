using Microsoft.Extensions.Options;

namespace Curfew.Grains;

/// <summary>
/// Checks tokens, logs out, revokes and inspects: the one way from an app to the grains. Thread-safe; one for the app.
/// Every method ends with <see cref="RevocationUnavailableException"/> when the answer can't be had in time.
/// </summary>
public sealed class Revocations(
    IGrainFactory grains, IOptions<RevocationClientOptions> options, TimeProvider time, ILocalVerdicts? local = null,
    CurfewInstruments? instruments = null, IRevocationAudit? audit = null)
{
    /// <summary>The longest <c>reason</c> or name of who asks that is kept, in characters.</summary>
    public const int MaxNoteLength = 1024;

    private readonly GrainCalls _calls = new(options.Value, time);
    private readonly GrainChecks _checks = new(grains, local, options.Value, time);

    /// <summary>Whether a verified token is valid or revoked, as of no earlier than this call (guarantee G2).</summary>
    /// <param name="token">A token whose signature, issuer, audience and limits were checked already.</param>
    public ValueTask<Verdict> CheckAsync(TokenIdentity token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return instruments is { MeasuresChecks: true }
            ? MeasuredCheckAsync(instruments, token, cancellationToken)
            : CheckUnmeasuredAsync(token, cancellationToken);
    }

    /// <summary>
    /// As <see cref="CheckAsync"/>, but neither counted nor traced: for a look of the service's own, which no request asks for.
    /// </summary>
    public ValueTask<Verdict> CheckUncountedAsync(TokenIdentity token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return CheckUnmeasuredAsync(token, cancellationToken);
    }

    /// <summary>
    /// The verdict, where this process's own memory may answer right now (guarantee G2 as for <see cref="CheckAsync"/>); else
    /// false, and <see cref="CheckAsync"/> tells. Also false while checks are measured, so that none is missed.
    /// </summary>
    /// <param name="token">A token whose signature, issuer, audience and limits were checked already.</param>
    public bool TryCheck(TokenIdentity token, out Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(token);
        verdict = Verdict.None;
        return local is not null && instruments is not { MeasuresChecks: true } && local.TryCheck(token, out verdict);
    }

    /// <summary>
    /// Logs out on the word of a verified token. When it returns, what it covers is refused everywhere, durably.
    /// </summary>
    /// <param name="presented">The verified token of who logs out.</param>
    /// <param name="scope">How far it reaches.</param>
    /// <param name="reason">Why, for people to read: up to <see cref="MaxNoteLength"/> characters.</param>
    /// <exception cref="ArgumentException">The scope is <see cref="LogoutScope.Session"/>, and the token has no <c>sid</c>.</exception>
    public Task<RevokeResult> LogOutAsync(
        TokenIdentity presented, LogoutScope scope, string? reason = null, CancellationToken cancellationToken = default) =>
        RevokeAsync(
            presented.User,
            RequestOf(presented, scope) with { By = presented.User.Subject, ByIssuer = presented.User.Issuer, Reason = reason },
            cancellationToken);

    /// <summary>Revokes something of a user. When it returns, what it covers is refused everywhere, durably.</summary>
    /// <exception cref="ArgumentException">The request makes no sense: a malformed id, a time out of range, another user's token.</exception>
    public Task<RevokeResult> RevokeAsync(
        UserKey user, RevokeRequest request, CancellationToken cancellationToken = default)
    {
        RequestRules.Check(request);
        if (request is RevokeOthers others && others.Presented.User != user)
            throw new ArgumentException("The presented token is another user's.", nameof(request));
        var grain = Grain(user);
        var audited = AuditedRevocation.Of(Outcomes.KindOf(request), user.Issuer, user.Subject, null, request);
        return TellAsync(audited, request, attempt => grain().RevokeAsync(attempt), cancellationToken);
    }

    /// <summary>Revokes every token of a client that was issued up to an instant. No exemption survives it.</summary>
    public Task<RevokeResult> RevokeClientAsync(
        ClientKey client, RevokeEverything request, CancellationToken cancellationToken = default) =>
        RevokeAllAsync(Outcomes.Client, client.Issuer, client.ClientId, Grain(client), request, cancellationToken);

    /// <summary>Revokes every token of an issuer that was issued up to an instant. No exemption survives it.</summary>
    public Task<RevokeResult> RevokeIssuerAsync(
        string issuer, RevokeEverything request, CancellationToken cancellationToken = default) =>
        RevokeAllAsync(Outcomes.Issuer, issuer, null, IssuerGrain(issuer), request, cancellationToken);

    /// <summary>A user's live facts, <see cref="FactPage.Size"/> at a time, ordered by kind and id.</summary>
    /// <param name="user">The user.</param>
    /// <param name="cursor"><see cref="FactPage.Next"/> of the page before, or null for the first.</param>
    public Task<FactPage> InspectAsync(UserKey user, string? cursor = null, CancellationToken cancellationToken = default) =>
        AskAsync(Grain(user), grain => grain.InspectAsync(cursor), cancellationToken);

    /// <summary>A client's cutoff, or an empty page.</summary>
    public Task<FactPage> InspectClientAsync(ClientKey client, CancellationToken cancellationToken = default) =>
        AskAsync(Grain(client), grain => grain.InspectAsync(), cancellationToken);

    /// <summary>An issuer's cutoff, or an empty page.</summary>
    public Task<FactPage> InspectIssuerAsync(string issuer, CancellationToken cancellationToken = default) =>
        AskAsync(IssuerGrain(issuer), grain => grain.InspectAsync(), cancellationToken);

    /// <summary>Merges facts of another store in, as they were kept there. When it returns they are durable and effective.</summary>
    /// <param name="grainId">Whose they are, as <see cref="StoredScope"/> reads it.</param>
    /// <param name="by">Who asks, for the audit trail.</param>
    /// <exception cref="ArgumentException">The grain holds no facts, or these aren't of its kind.</exception>
    public Task ImportAsync(
        string grainId, IReadOnlyList<Fact> facts, string? by = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (!StoredScope.TryParse(grainId, out var scope))
            throw new ArgumentException("Not the id of a grain that holds facts.", nameof(grainId));
        var id = GrainId.Parse(grainId);
        var type = id.Type.ToString();
        var audited = new AuditedRevocation(
            Outcomes.Import, scope.Issuer, scope.Subject, type == StoredScope.ClientType ? ClientKey.Parse(id.Key.ToString()!).ClientId : null)
        {
            Facts = facts.Count,
            By = by,
        };
        return AuditAsync(audited, () => _calls.TellAsync(ImportedAsync, cancellationToken), cancellationToken);

        async Task<RevokeResult> ImportedAsync()
        {
            await (type switch
            {
                StoredScope.UserType => grains.GetGrain<IUserRevocationsGrain>(id).ImportAsync(facts),
                StoredScope.ClientType => grains.GetGrain<IClientCutoffGrain>(id).ImportAsync(facts),
                _ => grains.GetGrain<IIssuerCutoffGrain>(id).ImportAsync(facts),
            });
            return new RevokeResult(true);
        }
    }

    /// <summary>Completes when a grain was reached and its storage answered: the service is ready.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken = default) =>
        AskAsync(() => grains.GetGrain<IStorageProbeGrain>(0), ProbedAsync, cancellationToken);

    private static async Task<bool> ProbedAsync(IStorageProbeGrain grain)
    {
        await grain.ProbeAsync();
        return true;
    }

    private static RevokeRequest RequestOf(TokenIdentity presented, LogoutScope scope) => scope switch
    {
        LogoutScope.Token => new RevokeToken(presented.Id.ToString(), presented.Expires),
        LogoutScope.Session => new RevokeSession(
            presented.Session ?? throw new ArgumentException("The token has no session (sid).", nameof(scope))),
        LogoutScope.Others => new RevokeOthers(presented),
        LogoutScope.Everywhere => new RevokeEverything(null, presented.IssuedAt),
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
    };

    // Arguments are checked at once; the reference is made within the call, because a client that was stopped fails there.
    private Func<IUserRevocationsGrain> Grain(UserKey user) =>
        user == default
            ? throw new ArgumentException("Not a user.", nameof(user))
            : () => grains.GetGrain<IUserRevocationsGrain>(user.ToString());

    private Func<ICutoffGrain> Grain(ClientKey client) =>
        client == default
            ? throw new ArgumentException("Not a client.", nameof(client))
            : () => grains.GetGrain<IClientCutoffGrain>(client.ToString());

    private Func<ICutoffGrain> IssuerGrain(string issuer) =>
        ClaimText.IsValid(issuer)
            ? () => grains.GetGrain<IIssuerCutoffGrain>(issuer)
            : throw new ArgumentException("Not an issuer.", nameof(issuer));

    private Task<RevokeResult> RevokeAllAsync(
        string kind, string issuer, string? clientId, Func<ICutoffGrain> grain, RevokeEverything request, CancellationToken cancellationToken)
    {
        RequestRules.Check(request);
        return TellAsync(
            AuditedRevocation.Of(kind, issuer, null, clientId, request), request,
            attempt => grain().RevokeAsync((RevokeEverything)attempt), cancellationToken);
    }

    private Task<RevokeResult> TellAsync(
        AuditedRevocation audited, RevokeRequest request, Func<RevokeRequest, Task<RevokeResult>> call, CancellationToken cancellationToken)
    {
        return instruments is { MeasuresRevocations: true } ? instruments.MeasureAsync(audited.Kind, Tell, time) : Tell();

        Task<RevokeResult> Tell() => AuditAsync(audited, () => _calls.TellAsync(request, call, cancellationToken), cancellationToken);
    }

    // Around all attempts of a revocation, however many there are: one event.
    private Task<RevokeResult> AuditAsync(AuditedRevocation audited, Func<Task<RevokeResult>> tell, CancellationToken cancellationToken) =>
        audit is null ? tell() : audit.AuditAsync(audited, tell, options.Value.RevokeTimeout, time, cancellationToken);

    private Task<T> AskAsync<TGrain, T>(Func<TGrain> grain, Func<TGrain, Task<T>> call, CancellationToken cancellationToken) =>
        _calls.AskAsync(() => call(grain()), cancellationToken);

    private ValueTask<Verdict> MeasuredCheckAsync(
        CurfewInstruments measuring, TokenIdentity token, CancellationToken cancellationToken) =>
        measuring.MeasureAsync(() => CheckUnmeasuredAsync(token, cancellationToken), time);

    private ValueTask<Verdict> CheckUnmeasuredAsync(TokenIdentity token, CancellationToken cancellationToken) =>
        local is not null && local.TryCheck(token, out var verdict)
            ? new(verdict)
            : _checks.CheckAsync(token, cancellationToken);
}
