using System.Net;
using System.Net.Http.Headers;
using Curfew.Bench.Harness;
using Curfew.Bench.Load.Workload;

namespace Curfew.Bench.Load.Measuring;

/// <summary>A running contender with its tokens and what was measured so far.</summary>
internal sealed class LoadedContender : IAsyncDisposable
{
    private readonly RunningContender _running;
    private readonly IssuedTokens _issued;
    private readonly TokenSource _tokens;
    private readonly LoadSettings _settings;
    private readonly List<Measurement> _windows = [];

    private LoadedContender(
        Contender contender,
        RunningContender running,
        IssuedTokens issued,
        TokenSource tokens,
        LoadSettings settings) =>
        (Contender, _running, _issued, _tokens, _settings) = (contender, running, issued, tokens, settings);

    public Contender Contender { get; }

    public Measurement Median => Measurement.MedianOf(_windows);

    private double FreshShare => 1 - Contender.Tokens.SeenShare;

    /// <summary>Starts it and checks that it does what it is measured for.</summary>
    public static async Task<LoadedContender> StartAsync(
        Contender contender, IssuedTokens issued, LoadSettings settings)
    {
        var running = await contender.StartAsync(issued, Loopback.FreePort());
        try
        {
            var seen = await contender.SeenTokensAsync(issued, running);
            await CheckAsync(contender, running, File.ReadLines(seen).First());
            var tokens = new TokenSource(seen, contender.Tokens.SeenShare);
            return new LoadedContender(contender, running, issued, tokens, settings);
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    public async Task WarmUpAsync()
    {
        if (FreshShare == 0)
        {
            await Wrk.RunAsync(_running.Address, _tokens, _settings.WarmUp);
            return;
        }

        // All that are "seen before" have to be.
        await Wrk.RunAsync(_running.Address, _tokens.SeenOnly(), _settings.WarmUp);
        await SignFreshAsync(_settings.FreshToWarmUp(FreshShare));
        var warmUp = await Wrk.RunAsync(_running.Address, _tokens, _settings.FreshWindow);
        await SignFreshAsync(_settings.FreshToMeasure(FreshShare, warmUp.Rps));
    }

    /// <exception cref="InvalidOperationException">A request failed, or the fresh tokens ran out.</exception>
    public async Task<Measurement> MeasureAsync()
    {
        if (FreshShare == 0)
            await Wrk.RunAsync(_running.Address, _tokens, _settings.LeadIn);
        var before = _running.Processes.Select(process => process.CpuTime()).ToArray();
        var window = FreshShare == 0 ? _settings.Window : _settings.FreshWindow;
        var result = await Wrk.RunAsync(_running.Address, _tokens, window);
        var spent = _running.Processes.Select((process, index) => process.CpuTime() - before[index]).ToArray();
        if (result.RanOut > 0)
            throw new InvalidOperationException($"The fresh tokens ran out: {result}");

        var measurement = new Measurement(
            result.Rps,
            spent.Sum(time => time.TotalMicroseconds) / result.Requests,
            spent[0].TotalMicroseconds / result.Requests,
            result.P50Us / 1e3,
            result.P99Us / 1e3);
        _windows.Add(measurement);
        return measurement;
    }

    private async Task SignFreshAsync(int count) =>
        _tokens.Fresh = await _issued.FreshAsync(Contender.Tokens.Algorithm, _tokens.FreshUsed + count);

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    private static async Task CheckAsync(Contender contender, RunningContender running, string token)
    {
        using var http = new HttpClient { BaseAddress = running.Address };
        var (status, body) = await GetAsync(http, token);

        // A cluster's API node listens before its silo has joined.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var attempt = 0; status == HttpStatusCode.ServiceUnavailable && attempt < 300; attempt++)
        {
            await timer.WaitForNextTickAsync();
            (status, body) = await GetAsync(http, token);
        }

        if (status != HttpStatusCode.OK || body != """{"sub":"user-0"}""")
            throw new InvalidOperationException($"{contender.Name} answers {(int)status} {body}.");

        // Another payload under the same signature: a contender that accepts it checks nothing.
        var parts = token.Split('.');
        var forged = $"{parts[0]}.{parts[1][..^4]}AAAA.{parts[2]}";
        if (contender.Authenticates && (await GetAsync(http, forged)).Status == HttpStatusCode.OK)
            throw new InvalidOperationException($"{contender.Name} accepts a forged token.");
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
