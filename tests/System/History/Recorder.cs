using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
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
    private readonly ConcurrentDictionary<(bool IsLogout, Answer Answer), int> _tally = new();

    public IReadOnlyCollection<Call> Calls => _calls;

    /// <summary>Answers that the contract doesn't know: 500s, 503s without <c>Retry-After</c>.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>How many checks and logouts were answered how.</summary>
    public IReadOnlyDictionary<(bool IsLogout, Answer Answer), int> Tally => _tally;

    public int Unavailable => Count(Answer.Unavailable);

    /// <summary>Calls whose connection broke: for nodes that were killed.</summary>
    public int CutOff => Count(Answer.None);

    public int Acknowledged => _calls.Count(call => call is { Reach: not null, Outcome: Outcome.Yes });

    public async Task<Outcome> CheckAsync(ApiProcess node, IssuedToken token, CancellationToken stop = default)
    {
        var call = await CallAsync(node, token, null, HttpMethod.Get, "/verify", null, stop);
        return call.Outcome;
    }

    public async Task<Outcome> LogOutAsync(ApiProcess node, IssuedToken token, Reach reach, CancellationToken stop = default)
    {
        var scope = reach switch { Reach.Token => "token", Reach.Session => "session", Reach.Others => "others", _ => "everywhere" };
        var call = await CallAsync(node, token, reach, HttpMethod.Post, "/logout", $$"""{"scope":"{{scope}}"}""", stop);
        return call.Outcome;
    }

    private int Count(Answer answer) => _tally.GetValueOrDefault((false, answer)) + _tally.GetValueOrDefault((true, answer));

    private async Task<Call> CallAsync(
        ApiProcess node, IssuedToken token, Reach? reach, HttpMethod method, string path, string? json, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var clocksBefore = clocks?.Observe();
        var start = Stopwatch.GetTimestamp();
        var answer = Answer.None;
        var error = "";
        try
        {
            using var response = await node.SendAsync(method, path, token.Id, json);
            answer = Read(response);
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
            (answer, error) = (Answer.Other, $"{path} at {node.Client.BaseAddress}: refused a token that is neither expired nor revoked");
        if (answer == Answer.Other)
            _errors.Enqueue(error);
        _tally.AddOrUpdate((reach is not null, answer), 1, (_, count) => count + 1);
        var outcome = answer switch { Answer.Done => Outcome.Yes, Answer.Revoked => Outcome.No, _ => Outcome.Unknown };
        var call = new Call(token, reach, start, end, outcome, node.Client.BaseAddress!.Authority, clocksDiffer);
        _calls.Enqueue(call);
        return call;
    }

    private static Answer Read(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.OK => Answer.Done,
        HttpStatusCode.Unauthorized when response.Headers.WwwAuthenticate.ToString().Contains("revoked", StringComparison.Ordinal) => Answer.Revoked,
        HttpStatusCode.Unauthorized when response.Headers.WwwAuthenticate.ToString().Contains("invalid_token", StringComparison.Ordinal) => Answer.Untimely,
        HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is not null => Answer.Unavailable,
        _ => Answer.Other,
    };
}
