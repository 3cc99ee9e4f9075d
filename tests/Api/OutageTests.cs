using System.Net;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Sqlite.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Curfew.Api.Tests;

/// <summary>
/// When the truth can't be had: 503 with Retry-After, never "valid", never a 500 (guarantee G5).
/// </summary>
public sealed class OutageTests(SharedHost shared) : ApiTest(shared)
{
    [Fact]
    public async Task StorageAway_EveryAnswerThatNeedsItIs503_AndItComesBack()
    {
        var admin = Admin();
        var (token, next) = (Token(), Mint.Token("next" + User));
        await AssertAccepted(admin);
        Api.Storage.IsDown = true;
        try
        {
            (await Api.PostAsync("/logout", token)).AssertUnknown();
            (await Api.PostAsync("/logout/everywhere", Mint.Token("another" + User))).AssertUnknown();
            (await Api.PostAsync("/revocations", admin, Everything())).AssertUnknown();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Api.GetAsync("/health/ready")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await Api.GetAsync("/health/live")).StatusCode);
        }
        finally
        {
            Api.Storage.IsDown = false;
        }

        await LogOut(token);
        await AssertRevoked(token);
        await AssertAccepted(next);
        Assert.Equal(HttpStatusCode.OK, (await Api.GetAsync("/health/ready")).StatusCode);
    }

    // As in a cluster: this process can't answer by itself. Seen red without
    // RequireRevocationCheck on the dashboard; inspection and revocations need the storage themselves.
    [Fact]
    public async Task FailOpen_LetsThroughToMeAndVerifyAndNowhereElse()
    {
        await using var api = await ApiHost.StartAsync(
            change: settings => settings["Curfew:Consistency"] = "strict",
            services: services => services.Configure<CurfewBearerOptions>("Bearer", options => options.FailOpen = true));
        api.Storage.IsDown = true;
        foreach (var path in new[] { "/me", "/verify", "/verify/x" })
            (await api.GetAsync(path, Operator())).AssertAccepted();
        foreach (var path in new[] { "/revocations?iss=i&sub=u", "/console/stream", "/dashboard/", "/dashboard/Trace", "/dashboard/version" })
            (await api.GetAsync(path, Operator())).AssertUnknown();
        foreach (var path in new[] { "/logout", "/logout/everywhere", "/revocations" })
            (await api.PostAsync(path, Operator(), Everything())).AssertUnknown();

        // A user whom no grain holds in memory yet.
        string Operator() => api.Mint.Token(Guid.NewGuid().ToString(), claims => claims["scope"] = "curfew:admin");
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("*/*")]
    [InlineData("image/png, text/plain;q=0.1")]
    public async Task StorageAway_WhateverTheCallerAccepts_503(string accept)
    {
        Api.Storage.IsDown = true;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/revocations") { Content = new StringContent(Everything()) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Authorization = new("Bearer", Admin());
            request.Headers.Accept.ParseAdd(accept);
            (await Api.Client.SendAsync(request)).AssertUnknown();
        }
        finally
        {
            Api.Storage.IsDown = false;
        }
    }

    [TmpfsFact]
    public async Task DiskFull_LogoutsAre503AndChecksGoOn()
    {
        using var disk = new Tmpfs("16m");
        await using var api = await ApiHost.StartAsync(dataDirectory: disk.Path);
        var (before, token) = (api.Mint.Token(User), api.Mint.Token(User));
        (await api.PostAsync("/logout", before)).AssertAccepted();
        Fill(Path.Combine(disk.Path, "ballast"));

        // What is free inside the files that are there goes first.
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 2000 && refused is null; i++)
        {
            var answer = await api.PostAsync("/logout", api.Mint.Token($"{i}{User}"));
            if (answer.StatusCode != HttpStatusCode.OK)
                refused = answer;
        }

        Assert.NotNull(refused);
        refused.AssertUnknown();
        (await api.PostAsync("/logout", token)).AssertUnknown();
        (await api.GetAsync("/me", before)).AssertRefused("revoked");
        (await api.GetAsync("/verify", api.Mint.Token("new" + User))).AssertAccepted();
        Assert.Contains(api.Log.TakeClean(), line => line.Contains("full", StringComparison.OrdinalIgnoreCase));

        File.Delete(Path.Combine(disk.Path, "ballast"));
        (await api.PostAsync("/logout", token)).AssertAccepted();
        (await api.GetAsync("/me", token)).AssertRefused("revoked");
        api.Log.TakeClean();
    }

    /// <summary>That the sink of all these tests can fail.</summary>
    [Theory]
    [InlineData("asked with {0}")]
    [InlineData("asked with Authorization: Basic Zm9vOmJhcg==")]
    public void SecretLog_ALineWithASecret_Fails(string line)
    {
        using var log = new SecretLog();
        log.CreateLogger("x").LogDebug("{Line}", string.Format(System.Globalization.CultureInfo.InvariantCulture, line, Token()));
        Assert.Throws<Xunit.Sdk.FalseException>(() => log.TakeClean());
        Assert.NotNull(Api.Services.GetService<ILoggerFactory>());
    }

    private string Everything() => $$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{User}}","everything":true}""";

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full: the point.
        }
    }
}
