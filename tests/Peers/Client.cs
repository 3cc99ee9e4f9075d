using System.Net;
using System.Net.Http.Headers;
using Curfew.Bench.Harness;

namespace Curfew.Peers.Tests;

/// <summary>A client of a running system: <c>GET /me</c> and <c>POST /logout</c>.</summary>
public sealed class Client(int port, ChildProcess process) : IDisposable
{
    /// <summary>
    /// After this a request counts as hanging. StackExchange.Redis gives up after 5 seconds, so 10 tell a
    /// late answer from none.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };

    public Task<Answer> MeAsync(string? token) => SendAsync(HttpMethod.Get, "/me", token);

    /// <summary>Logs out; the system must confirm it, for only then can it be held to it.</summary>
    public async Task LogOutAsync(string token) =>
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, "/logout", token));

    /// <summary>Asks until another answer than <paramref name="passing"/> comes, or a minute is over.</summary>
    public async Task<Answer> MeOnceNotAsync(Answer passing, string token)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var answer = await MeAsync(token);
        for (var attempt = 0; answer == passing && attempt < 600 && await timer.WaitForNextTickAsync(); attempt++)
            answer = await MeAsync(token);
        return answer;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await _http.SendAsync(request);
            return response.StatusCode;
        }
        catch (TaskCanceledException)
        {
            return Answer.Hangs;
        }
        catch (HttpRequestException)
        {
            // The connection broke: that is an answer only if the process is no more.
            using var patience = new CancellationTokenSource(Patience);
            await process.ExitedAsync(patience.Token);
            return Answer.Dies;
        }
    }
}
