using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests;

/// <summary>The audit trail of the real process, and the commands that an operator runs on it.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly TemporaryDirectory _files = new();
    private readonly (string Name, string Value)[] _settings;
    private readonly string _trail;

    public AuditTests()
    {
        _trail = Path.Combine(_files.Path, "audit.jsonl");
        _settings =
        [
            ("Curfew:Audit:File", _trail), ("Curfew:Audit:Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
        ];
    }

    public void Dispose()
    {
        _data.Dispose();
        _files.Dispose();
    }

    // Seen red with the record after the answer, and with a chain that a restart begins anew.
    [Fact]
    public async Task KilledAmidLogouts_EveryAcknowledgedOneIsInTheTrail_AndTheTrailIsWhole()
    {
        var acknowledged = new HashSet<string>();
        for (var life = 0; life < 3; life++)
        {
            await using var api = await ApiProcess.StartAsync(_data.Path, _settings);
            var tokens = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i => (User: $"user-{life}-{i}", Token: await api.TokenAsync($"user-{life}-{i}"))));
            var enough = new TaskCompletionSource();
            var logouts = tokens.Select(async (user, i) =>
            {
                try
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(i), TimeProvider.System);
                    using var answer = await api.SendAsync(HttpMethod.Post, "/logout", user.Token);
                    if (answer.StatusCode != HttpStatusCode.OK)
                        return null;
                    if (i == 20)
                        enough.TrySetResult();
                    return user.User;
                }
                catch (HttpRequestException)
                {
                    // Killed before it answered.
                    return null;
                }
            }).ToList();
            await enough.Task.WaitAsync(TimeSpan.FromMinutes(1));
            await api.Process.KillAsync();
            acknowledged.UnionWith((await Task.WhenAll(logouts)).OfType<string>());
        }

        // As if the last death had come amid a write; then a life that ends well.
        await File.AppendAllTextAsync(_trail, "{\"seq\":");
        await using (var last = await ApiProcess.StartAsync(_data.Path, _settings))
        {
            await last.LogOutAsync(await last.TokenAsync("last"));
            Assert.Equal(0, await last.StopAsync());
        }

        Assert.True(acknowledged.Count >= 3, $"Only {acknowledged.Count} logouts were acknowledged.");
        var recorded = File.ReadLines(_trail).Where(line => line.Contains("\"event\":\"revocation\"", StringComparison.Ordinal))
            .Select(line => (string)JsonNode.Parse(line)!["sub"]!).ToList();
        Assert.Empty(acknowledged.Except(recorded));
        var (status, said) = await OperatorCommand.RunAsync(_settings, "audit", "verify");
        Assert.Equal(0, status);
        Assert.Contains("the trail is whole: events 1 to ", said, StringComparison.Ordinal);
        Assert.Contains("acknowledged to nobody", said, StringComparison.Ordinal);

        // The head that it printed, and a trail that ends before it.
        var head = said[(said.LastIndexOf("head ", StringComparison.Ordinal) + "head ".Length)..].Trim();
        var lines = File.ReadAllLines(_trail);
        await File.WriteAllLinesAsync(_trail, lines[..^1]);
        Assert.Equal(0, (await OperatorCommand.RunAsync(_settings, "audit", "verify", _trail)).Status);
        (status, said) = await OperatorCommand.RunAsync(_settings, "audit", "verify", "--head", head);
        Assert.Equal(2, status);
        Assert.Contains("its end was cut off", said, StringComparison.Ordinal);

        // A line that was dropped from the middle.
        await File.WriteAllLinesAsync(_trail, [.. lines[..5], .. lines[6..]]);
        (status, said) = await OperatorCommand.RunAsync(_settings, "audit", "verify");
        Assert.Equal(2, status);
        Assert.Contains($"{_trail}:6: event 6 was dropped before event 7", said, StringComparison.Ordinal);
        Assert.Contains("the trail is NOT whole", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnImport_IsInTheTrail_AndWhatVerifyCannotDoIsSaid()
    {
        var facts = Path.Combine(_files.Path, "facts.jsonl");
        await using (var api = await ApiProcess.StartAsync(_data.Path))
        {
            await api.LogOutAsync(await api.TokenAsync("alice"));
            Assert.Equal(0, await api.StopAsync());
        }

        Assert.Equal(0, (await OperatorCommand.RunAsync([("Curfew:DataDirectory", _data.Path)], "export", facts)).Status);
        using var other = new TemporaryDirectory();
        Assert.Equal(0, (await OperatorCommand.RunAsync([.. _settings, ("Curfew:DataDirectory", Path.Combine(other.Path, "data"))], "import", facts)).Status);

        var import = JsonNode.Parse(File.ReadAllLines(_trail)[1])!;
        Assert.Equal(("import", "alice", "curfew-dev", 1), ((string?)import["kind"], (string?)import["sub"], (string?)import["iss"], (int)import["facts"]!));
        Assert.Equal(Environment.UserName, (string?)import["by"]!["name"]);
        Assert.Equal(0, (await OperatorCommand.RunAsync(_settings, "audit", "verify")).Status);

        // A trail that can't be read is neither whole nor changed.
        foreach (var (settings, arguments, says) in new ((string, string)[], string[], string)[]
        {
            ([], [], "Name the files of the trail"),
            (_settings, ["--head", "x"], "--head is NUMBER:HMAC"),
            (_settings, [_trail + ".missing"], "Could not find file"),
            ([("Curfew:Audit:Key", "c2hvcnQ=")], [_trail], "it must be 32 or more"),
        })
        {
            var (status, said) = await OperatorCommand.RunAsync(settings, ["audit", "verify", .. arguments]);
            Assert.Equal(1, status);
            Assert.Contains(says, said, StringComparison.Ordinal);
        }

        var (noKey, warned) = await OperatorCommand.RunAsync([_settings[0]], "audit", "verify");
        Assert.Equal(0, noKey);
        Assert.Contains("only the order of the events can be judged", warned, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnStandardOutput_EventsStandAlone()
    {
        // The shell parts the two outputs, as a container's runtime does.
        await using var api = ApiProcess.Launch(_data.Path, [("Curfew:Audit:File", "-"), _settings[1]], standardOutput: _trail);
        await api.Process.UntilAsync(async () => await api.StatusAsync("/health/ready") == HttpStatusCode.OK, "/health/ready");
        await api.LogOutAsync(await api.TokenAsync("alice"));

        var lines = File.ReadAllLines(_trail);
        Assert.Equal(["begun", "revocation"], lines.Select(line => (string?)JsonNode.Parse(line)!["event"]));
        Assert.Equal(0, (await OperatorCommand.RunAsync(_settings, "audit", "verify")).Status);
    }
}
