using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.History;

/// <summary>
/// Calls to the service, each recorded for the history checker. What is neither an answer of the contract nor a broken connection
/// is kept as an error.
/// </summary>
/// <param name="clocks">Faults of the nodes' wall clocks, if the clocks are such that can be stepped.</param>
internal class Recorder(ClockFaults? clocks = null)
{
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentDictionary<(Operation Operation, Answer Answer), int> _tally = new();

    public IReadOnlyCollection<Call> Calls => _calls;

    /// <summary>Answers that the contract doesn't know: 500s, 503s without <c>Retry-After</c>.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>How many checks, logouts and revocations were answered how.</summary>
    public IReadOnlyDictionary<(Operation Operation, Answer Answer), int> Tally => _tally;

    public int Unavailable => Count(Answer.Unavailable);

    /// <summary>Calls whose connection broke: for nodes that were killed.</summary>
    public int CutOff => Count(Answer.None);

    /// <summary>Whether a wall clock of the service may be off right now.</summary>
    public bool ClocksDiffer => clocks is not null && clocks.MayHaveDifferedSince(clocks.Observe());

    public int Acknowledged => _calls.Count(call => call is { Reach: not null, Outcome: Outcome.Yes });

    public async Task<Outcome> CheckAsync(ApiProcess node, IssuedToken token, CancellationToken stop = default)
    {
        var call = await CallAsync(node, new Call(token, null, 0, 0, Outcome.Unknown), HttpMethod.Get, "/verify", token.Id, null, stop);
        return call.Outcome;
    }

    public async Task<Outcome> LogOutAsync(ApiProcess node, IssuedToken token, Reach reach, CancellationToken stop = default)
    {
        var scope = reach switch { Reach.Token => "token", Reach.Session => "session", Reach.Others => "others", _ => "everywhere" };
        var call = await CallAsync(
            node, new Call(token, reach, 0, 0, Outcome.Unknown), HttpMethod.Post, "/logout", token.Id, $$"""{"scope":"{{scope}}"}""", stop);
        return call.Outcome;
    }

    /// <summary>What an operator revokes, who knows of a token what it says, and presents one of their own.</summary>
    /// <param name="admin">The operator's token.</param>
    /// <param name="asked">What it is about, how far it reaches, and as of when; the rest is filled in.</param>
    public Task<Call> RevokeAsync(ApiProcess node, string admin, Call asked, CancellationToken stop = default)
    {
        var token = asked.Token;
        var body = new JsonObject { ["iss"] = token.Issuer };
        if (asked.Reach == Reach.Client)
            body["client_id"] = asked.Client;
        else if (asked.Reach == Reach.Issuer)
            body["confirm"] = "issuer";
        else
            body["sub"] = token.User;
        if (asked.Reach == Reach.Token)
            body["token"] = new JsonObject { ["jti"] = token.Jti };
        else if (asked.Reach == Reach.Session)
            body["session"] = new JsonObject { ["sid"] = token.Session };
        else
            body["everything"] = true;
        if (asked.Before is { } before)
            body["before"] = before;
        return CallAsync(node, asked with { ByOperator = true }, HttpMethod.Post, "/revocations", admin, body.ToJsonString(), stop);
    }

    private int Count(Answer answer) => _tally.Where(pair => pair.Key.Answer == answer).Sum(pair => pair.Value);

    private async Task<Call> CallAsync(
        ApiProcess node, Call asked, HttpMethod method, string path, string bearer, string? json, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var clocksBefore = clocks?.Observe();
        var start = Stopwatch.GetTimestamp();
        var answer = Answer.None;
        var error = "";
        try
        {
            using var response = await node.SendAsync(method, path, bearer, json);
            answer = Read(response, asked);
            if (answer == Answer.Other)
                error = $"{path} at {node.Client.BaseAddress}: {(int)response.StatusCode}, {response.Headers} {await response.Content.ReadAsStringAsync(CancellationToken.None)}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // The connection broke, or the client has waited for long enough.
        }

        var end = Stopwatch.GetTimestamp();
        var clocksDiffer = clocks is not null && clocks.MayHaveDifferedSince(clocksBefore!.Value);
        if (answer == Answer.Untimely && !clocksDiffer)
            (answer, error) = (Answer.Other, $"{path} at {node.Client.BaseAddress}: refused for its times, though the clocks are right");
        if (answer == Answer.Other)
            _errors.Enqueue(error);
        _tally.AddOrUpdate((asked.Operation, answer), 1, (_, count) => count + 1);
        var call = asked with
        {
            Start = start,
            End = end,
            Outcome = answer switch { Answer.Done => Outcome.Yes, Answer.Revoked => Outcome.No, _ => Outcome.Unknown },
            Node = node.Client.BaseAddress!.Authority,
            ClocksDiffer = clocksDiffer,
        };
        _calls.Enqueue(call);
        return call;
    }

    // Nobody revokes the operator's token; and an instant that is later than a clock says is a 400.
    private static Answer Read(HttpResponseMessage response, Call asked) => response.StatusCode switch
    {
        HttpStatusCode.OK => Answer.Done,
        HttpStatusCode.Unauthorized when response.Headers.WwwAuthenticate.ToString().Contains("revoked", StringComparison.Ordinal) =>
            asked.ByOperator ? Answer.Other : Answer.Revoked,
        HttpStatusCode.Unauthorized when response.Headers.WwwAuthenticate.ToString().Contains("invalid_token", StringComparison.Ordinal) => Answer.Untimely,
        HttpStatusCode.BadRequest when asked.Before is not null => Answer.Untimely,
        HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is not null => Answer.Unavailable,
        _ => Answer.Other,
    };
}
