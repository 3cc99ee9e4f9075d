using System.Diagnostics;
using System.Net;
using System.Text;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests;

/// <summary>Development on an address that others reach: nobody but its own machine gets a token, and the log warns.</summary>
public sealed class DevTokenAccessTests
{
    private const string Warning = "can be reached from other machines";

    // The headers and names alone are in DevelopmentTests, seen red there; here it is the address that counts. Seen red (200, with
    // an administrator's token) without the look at the address, and without the one at X-Original-For.
    [NetworkFact]
    public async Task ASecondMachine_GetsNoToken_WhateverItSays()
    {
        using var data = new TemporaryDirectory();
        using var network = Network.TryCreate(out _)!;
        var machine = network.Add();
        await using var api = ApiProcess.Launch(
            machine, data.Path,
            [("ASPNETCORE_URLS", $"http://0.0.0.0:{machine.HttpPort}"), ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true")]);
        await api.Process.UntilAsync(async () => await api.StatusAsync("/health/ready") == HttpStatusCode.OK, "/health/ready");

        await AssertRefusedAsync(api, null, "this machine's loopback alone");

        // ASP.NET Core takes this for the client's address when it is told that it stands behind a proxy.
        await AssertRefusedAsync(api, ("X-Forwarded-For", "127.0.0.1"), "X-Original-For");

        Assert.Equal("200", await StatusOnItselfAsync(machine));
        Assert.Contains(Warning, api.Process.Output, StringComparison.Ordinal);
        Assert.Contains($"http://0.0.0.0:{machine.HttpPort}", api.Process.Output, StringComparison.Ordinal);
    }

    // Seen red with a warning of every address.
    [Fact]
    public async Task OnLoopback_NothingIsWarnedOf()
    {
        using var data = new TemporaryDirectory();
        await using var api = await ApiProcess.StartAsync(data.Path);
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("/me", await api.TokenAsync("alice")));
        await api.Process.UntilAsync(() => Task.FromResult(api.Process.Output.Contains("Application started", StringComparison.Ordinal)), "the start");
        Assert.DoesNotContain(Warning, api.Process.Output, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(ApiProcess api, (string Name, string Value)? header, string says)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dev/token")
        {
            Content = new StringContent("""{"sub":"mallory","scope":"curfew:admin"}""", Encoding.UTF8, "application/json"),
        };

        // As a program on the machine itself says it: the name is no reason to refuse this one.
        request.Headers.Host = "localhost";
        if (header is { } sent)
            request.Headers.Add(sent.Name, sent.Value);
        using var answer = await api.Client.SendAsync(request);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{answer.StatusCode}: {said}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(says, said.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task<string> StatusOnItselfAsync(Machine machine)
    {
        string[] command =
        [
            "netns", "exec", machine.NetworkNamespace!, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Content-Type: application/json",
            "-d", """{"sub":"alice"}""", $"http://127.0.0.1:{machine.HttpPort}/dev/token",
        ];
        using var curl = Process.Start(new ProcessStartInfo("ip", command) { RedirectStandardOutput = true })!;
        var status = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return status;
    }
}
