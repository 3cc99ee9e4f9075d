using Microsoft.Extensions.Options;

namespace Curfew.Grains;

/// <summary>
/// Checks tokens, logs out, revokes and inspects: the one way from an app to the grains. Thread-safe; one for the app.
/// Every method ends with <see cref="RevocationUnavailableException"/> when the answer can't be had in time.
/// </summary>
public sealed class Revocations(
    IGrainFactory grains, IOptions<RevocationClientOptions> options, TimeProvider time, ILocalVerdicts? local = null,
    CurfewInstruments? instruments = null)
{
    /// <summary>The longest <c>reason</c> or name of who asks that is kept, in characters.</summary>
    public const int MaxNoteLength = 1024;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    private readonly RevocationClientOptions _options = options.Value;

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
    /// Logs out on the word of a verified token. When it returns, what it covers is refused everywhere, durably.
    /// </summary>
    /// <param name="presented">The verified token of who logs out.</param>
    /// <param name="scope">How far it reaches.</param>
    /// <param name="reason">Why, for people to read: up to <see cref="MaxNoteLength"/> characters.</param>
    /// <exception cref="ArgumentException">The scope is <see cref="LogoutScope.Session"/>, and the token has no <c>sid</c>.</exception>
    public Task<RevokeResult> LogOutAsync(
        TokenIdentity presented, LogoutScope scope, string? reason = null, CancellationToken cancellationToken = default) =>
        RevokeAsync(presented.User, RequestOf(presented, scope) with { By = presented.User.Subject, Reason = reason }, cancellationToken);

    /// <summary>Revokes something of a user. When it returns, what it covers is refused everywhere, durably.</summary>
    /// <exception cref="ArgumentException">The request makes no sense: a malformed id, a time out of range, another user's token.</exception>
    public Task<RevokeResult> RevokeAsync(
        UserKey user, RevokeRequest request, CancellationToken cancellationToken = default)
    {
        RequestRules.Check(request);
        if (request is RevokeOthers others && others.Presented.User != user)
            throw new ArgumentException("The presented token is another user's.", nameof(request));
        return TellAsync(Outcomes.KindOf(request), Grain(user).RevokeAsync, request, cancellationToken);
    }

    /// <summary>Revokes every token of a client that was issued up to an instant. No exemption survives it.</summary>
    public Task<RevokeResult> RevokeClientAsync(
        ClientKey client, RevokeEverything request, CancellationToken cancellationToken = default) =>
        TellAsync(Outcomes.Client, Grain(client).RevokeAsync, RequestRules.Check(request), cancellationToken);

    /// <summary>Revokes every token of an issuer that was issued up to an instant. No exemption survives it.</summary>
    public Task<RevokeResult> RevokeIssuerAsync(
        string issuer, RevokeEverything request, CancellationToken cancellationToken = default) =>
        TellAsync(Outcomes.Issuer, IssuerGrain(issuer).RevokeAsync, RequestRules.Check(request), cancellationToken);

    /// <summary>A user's live facts, <see cref="FactPage.Size"/> at a time, ordered by kind and id.</summary>
    /// <param name="user">The user.</param>
    /// <param name="cursor"><see cref="FactPage.Next"/> of the page before, or null for the first.</param>
    public Task<FactPage> InspectAsync(UserKey user, string? cursor = null, CancellationToken cancellationToken = default)
    {
        var grain = Grain(user);
        return AskAsync(() => grain.InspectAsync(cursor), cancellationToken);
    }

    /// <summary>A client's cutoff, or an empty page.</summary>
    public Task<FactPage> InspectClientAsync(ClientKey client, CancellationToken cancellationToken = default) =>
        AskAsync(Grain(client).InspectAsync, cancellationToken);

    /// <summary>An issuer's cutoff, or an empty page.</summary>
    public Task<FactPage> InspectIssuerAsync(string issuer, CancellationToken cancellationToken = default) =>
        AskAsync(IssuerGrain(issuer).InspectAsync, cancellationToken);

    /// <summary>Merges facts of another store in, as they were kept there. When it returns they are durable and effective.</summary>
    /// <param name="grainId">Whose they are, as <see cref="StoredScope"/> reads it.</param>
    /// <exception cref="ArgumentException">The grain holds no facts, or these aren't of its kind.</exception>
    public Task ImportAsync(string grainId, IReadOnlyList<Fact> facts, CancellationToken cancellationToken = default)
    {
        if (!StoredScope.TryParse(grainId, out _))
            throw new ArgumentException("Not the id of a grain that holds facts.", nameof(grainId));
        var id = GrainId.Parse(grainId);
        return WaitAsync(ImportedAsync, _options.RevokeTimeout, cancellationToken);

        async Task<bool> ImportedAsync()
        {
            await (id.Type.ToString() switch
            {
                StoredScope.UserType => grains.GetGrain<IUserRevocationsGrain>(id).ImportAsync(facts),
                StoredScope.ClientType => grains.GetGrain<IClientCutoffGrain>(id).ImportAsync(facts),
                _ => grains.GetGrain<IIssuerCutoffGrain>(id).ImportAsync(facts),
            });
            return true;
        }
    }

    /// <summary>Completes when a grain was reached and its storage answered: the service is ready.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken = default) =>
        AskAsync(() => ProbedAsync(grains.GetGrain<IStorageProbeGrain>(0)), cancellationToken);

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

    private IUserRevocationsGrain Grain(UserKey user) =>
        user == default
            ? throw new ArgumentException("Not a user.", nameof(user))
            : grains.GetGrain<IUserRevocationsGrain>(user.ToString());

    private IClientCutoffGrain Grain(ClientKey client) =>
        client == default
            ? throw new ArgumentException("Not a client.", nameof(client))
            : grains.GetGrain<IClientCutoffGrain>(client.ToString());

    private IIssuerCutoffGrain IssuerGrain(string issuer) =>
        ClaimText.IsValid(issuer)
            ? grains.GetGrain<IIssuerCutoffGrain>(issuer)
            : throw new ArgumentException("Not an issuer.", nameof(issuer));

    // Apart, for its closure is made on entry: a check that nobody measures allocates nothing.
    private ValueTask<Verdict> MeasuredCheckAsync(
        CurfewInstruments measuring, TokenIdentity token, CancellationToken cancellationToken) =>
        measuring.MeasureAsync(() => CheckUnmeasuredAsync(token, cancellationToken), time);

    private ValueTask<Verdict> CheckUnmeasuredAsync(TokenIdentity token, CancellationToken cancellationToken) =>
        local is not null && local.TryCheck(token, out var verdict)
            ? new(verdict)
            : new(CheckPatientlyAsync(token, cancellationToken));

    private async Task<Verdict> CheckPatientlyAsync(TokenIdentity token, CancellationToken cancellationToken)
    {
        // A check changes nothing, so it may be made as often as it takes.
        var attempt = _options.CheckAttemptTimeout == Timeout.InfiniteTimeSpan
            ? _options.CheckTimeout
            : _options.CheckAttemptTimeout;
        var started = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (local is not null && await local.TryFillAsync(token).AsTask().WaitAsync(attempt, time, cancellationToken)
                    && local.TryCheck(token, out var verdict))
                {
                    return verdict;
                }

                var answer = Grain(token.User).CheckAsync(token);
                return answer.IsCompletedSuccessfully
                    ? answer.Result
                    : await answer.AsTask().WaitAsync(attempt, time, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (time.GetElapsedTime(started) + attempt >= _options.CheckTimeout)
                    throw Unknown(e);
            }

            // What fails at once, fails at once again: no loop without a breath.
            await Task.Delay(Breath, time, cancellationToken);
        }
    }

    private Task<RevokeResult> TellAsync<TRequest>(
        string kind, Func<TRequest, Task<RevokeResult>> grain, TRequest request, CancellationToken cancellationToken)
        where TRequest : RevokeRequest
    {
        return instruments is { MeasuresRevocations: true } ? instruments.MeasureAsync(kind, Tell, time) : Tell();

        Task<RevokeResult> Tell() => TellUnmeasuredAsync(grain, request, cancellationToken);
    }

    private Task<RevokeResult> TellUnmeasuredAsync<TRequest>(
        Func<TRequest, Task<RevokeResult>> grain, TRequest request, CancellationToken cancellationToken)
        where TRequest : RevokeRequest
    {
        if (_options.RevokeAttemptTimeout == Timeout.InfiniteTimeSpan)
            return WaitAsync(() => grain(request), _options.RevokeTimeout, cancellationToken);
        var named = (TRequest)(request with { Attempt = Guid.NewGuid() });
        return WaitAsync(() => TellPatientlyAsync(() => grain(named), cancellationToken), _options.RevokeTimeout, cancellationToken);
    }

    private async Task<RevokeResult> TellPatientlyAsync(Func<Task<RevokeResult>> call, CancellationToken cancellationToken)
    {
        // An attempt that got no answer is left under way: it may be the one that waits for a dead node's lease.
        var started = time.GetTimestamp();
        var underWay = new List<Task<RevokeResult>>();
        while (true)
        {
            underWay.Add(AttemptAsync(call));
            var next = Task.Delay(_options.RevokeAttemptTimeout, time, cancellationToken);
            while (underWay.Count > 0 && await Task.WhenAny([.. underWay, next]) is Task<RevokeResult> ended)
            {
                if (ended.IsCompletedSuccessfully)
                    return ended.Result;
                underWay.Remove(ended);
                if (underWay.Count == 0 && time.GetElapsedTime(started) + Breath >= _options.RevokeTimeout)
                    return await ended;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(started) >= _options.RevokeTimeout)
                throw new TimeoutException("No silo answered in time.");
            await Task.Delay(Breath, time, cancellationToken);
        }
    }

    // A call can fail before it returns a task, too.
    private static async Task<RevokeResult> AttemptAsync(Func<Task<RevokeResult>> call) => await call();

    private Task<T> AskAsync<T>(Func<Task<T>> grain, CancellationToken cancellationToken) =>
        WaitAsync(grain, _options.CheckTimeout, cancellationToken);

    // The call is made in here: it can fail before it returns a task, too.
    private async Task<T> WaitAsync<T>(Func<Task<T>> call, TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await call().WaitAsync(limit, time, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Unknown(e);
        }
    }

    private static RevocationUnavailableException Unknown(Exception cause) =>
        cause as RevocationUnavailableException
        ?? new RevocationUnavailableException("The revocations could not be asked or told: " + cause.Message, cause);
}
