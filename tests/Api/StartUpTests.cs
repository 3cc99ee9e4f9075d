using System.Net;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Sqlite;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Api.Tests;

/// <summary>What the service refuses to start with, and what it says.</summary>
public sealed class StartUpTests
{
    [Fact]
    public async Task NoIssuer_InProduction_IsRefused() =>
        await AssertRefused("No issuer is trusted", settings => Remove(settings, "Authentication:", "Curfew:Admin"));

    [Fact]
    public async Task SeveralIssuers_NoneOfThemNamedAsAdmin_IsRefused() =>
        await AssertRefused("Curfew:Admin:Issuers", settings => Remove(settings, "Curfew:Admin"));

    [Fact]
    public async Task AdminIssuerThatNobodyTrusts_IsRefused() =>
        await AssertRefused("https://typo.test/", settings => settings["Curfew:Admin:Issuers:0"] = "https://typo.test/");

    [Fact]
    public async Task UnknownHosting_IsRefused() =>
        await AssertRefused("\"moon\"", settings => settings["Curfew:Hosting"] = "moon");

    [Fact]
    public async Task LimitsOutOfRange_AreRefused() =>
        await AssertRefused("MaxTokenLifetime", settings => settings["Curfew:Limits:MaxTokenLifetime"] = "1000.00:00:00");

    // Mistakes of every kind, one message. Seen red without the validation before the services are made, with limits that the
    // scheme reads at once, and with unreadable settings left to the binder: each of these hid others.
    [Fact]
    public async Task EverythingThatIsWrong_IsSaidAtOnce()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var api = await ApiHost.StartAsync(change: settings =>
            {
                settings["Curfew:Hosting"] = "moon";
                settings["Curfew:FailOpen"] = "true";
                settings["Curfew:Consistency"] = "perhaps";
                settings["Curfew:Limits:MaxTokenLifetime"] = "1000.00:00:00";
                settings["Curfew:Limits:RetentionMargin"] = "a while";
                settings["Curfew:Limits:MaxFactsPerUser"] = "many";
                settings["Curfew:Limits:AcceptLarger"] = "maybe";
                settings["Curfew:Audit:Key"] = "c2hvcnQ=";
                settings["Curfew:Clients:1:ClientId"] = "other";
                settings["Curfew:Clients:1:Secret"] = "in the clear";
                settings["Curfew:Events:Audiences:0"] = "";
                settings["Authentication:Schemes:Bearer:ValidIssuers:2"] = "curfew-dev";
                settings["Authentication:Schemes:Bearer:ValidIssuers:3"] = "dotnet-user-jwts";
                settings["Curfew:Client:CheckTimeout"] = "01:00:00";
                settings["Curfew:Grains:IdleGrainAge"] = "00:00:01";
                settings["Curfew:Admin:Issuers:0"] = "https://typo.test/";
                settings["Curfew:Clients:0:ClientId"] = "gateway";
                settings["Authentication:Schemes:Bearer:SigningKeys:0:Value"] = "c2hvcnQ=";
                settings["Authentication:Schemes:Bearer:SigningKeys:0:Length"] = "5";
            });
        });
        string[] expected =
        [
            "Hosting is \"moon\"", "accept-revoked-tokens", "Curfew:Consistency is \"perhaps\"; it must be strict or leased",
            "MaxTokenLifetime is 1000.00:00:00", "Curfew:Limits:RetentionMargin is \"a while\"; it must be a time",
            "Curfew:Limits:MaxFactsPerUser is \"many\"; it must be a whole number", "Curfew:Limits:AcceptLarger is \"maybe\"; it must be true or false",
            "Key is 5 bytes long", "Key is set and File isn't", "Curfew:Clients can't be read", "Curfew:Events:Audiences",
            "trusts curfew-dev", "trusts dotnet-user-jwts", "CheckTimeout is 01:00:00", "IdleGrainAge is 00:00:01", "https://typo.test/",
            "SigningKeys:0:Value is 5 bytes long",
        ];
        var said = exception.Message.Split('\n');
        Assert.All(expected, wrong => Assert.Contains(said, line => line.StartsWith(" - ", StringComparison.Ordinal) && line.Contains(wrong, StringComparison.Ordinal)));
        Assert.Contains($"wrong in {said.Length - 1} way(s)", said[0], StringComparison.Ordinal);
        Assert.DoesNotContain("in the clear", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ=", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    [InlineData("yes")]
    [InlineData("accept-revoked-token")]
    public async Task FailOpen_WithoutItsWord_IsRefused(string value) =>
        await AssertRefused("While nobody can tell who has logged out, it lets everybody in", settings => settings["Curfew:FailOpen"] = value);

    // Seen red with FailOpen taken for set by any value.
    [Theory]
    [InlineData("accept-revoked-tokens", HttpStatusCode.OK)]
    [InlineData("false", HttpStatusCode.ServiceUnavailable)]
    [InlineData("", HttpStatusCode.ServiceUnavailable)]
    public async Task FailOpen_WithItsWordAlone_AcceptsWhatNobodyKnows(string value, HttpStatusCode answered)
    {
        await using var api = await ApiHost.StartAsync(change: settings =>
        {
            settings["Curfew:FailOpen"] = value;
            settings["Curfew:Consistency"] = "strict";
        });
        api.Storage.IsDown = true;
        Assert.Equal(answered, (await api.GetAsync("/me", api.Mint.Token())).StatusCode);
        (await api.PostAsync("/logout", api.Mint.Token())).AssertUnknown();
        api.Log.TakeClean();
    }

    // In Development the service's own issuer is there by itself, and `dotnet user-jwts` is what it is for.
    [Fact]
    public async Task DevelopersIssuer_InDevelopment_IsTrusted()
    {
        await using var api = await ApiHost.StartAsync(
            "Development", settings => settings["Authentication:Schemes:Bearer:ValidIssuers:2"] = "dotnet-user-jwts");
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task OneIssuer_MayGrantAdmin()
    {
        await using var api = await ApiHost.StartAsync(change: settings =>
            Remove(settings, "Curfew:Admin", "Authentication:Schemes:Bearer:ValidIssuers:1", "Authentication:Schemes:Bearer:SigningKeys:1"));
        var admin = api.Mint.Token("root", claims => claims["scope"] = "curfew:admin");
        (await api.PostAsync("/revocations", admin, """{"iss":"i","sub":"u","everything":true}""")).AssertAccepted();
        api.Log.TakeClean();
    }

    [Fact]
    public async Task Limits_SmallerOnesAreStoredAndLargerOnesRefused()
    {
        using var data = new TemporaryDirectory();
        string token;
        await using (var first = await ApiHost.StartAsync(dataDirectory: data.Path, change: Lifetime("10:00:00")))
        {
            token = first.Mint.Token();
            (await first.PostAsync("/logout", token)).AssertAccepted();
        }

        await AssertRefused("MaxTokenLifetime is configured as 39600 s", Lifetime("11:00:00"), data.Path);
        await using (await StartAfterRefusalAsync(data.Path, Lifetime("05:00:00")))
        {
        }

        // 10 hours were right once; since the last start, facts are kept for 5.
        await AssertRefused("MaxTokenLifetime is configured as 36000 s", Lifetime("10:00:00"), data.Path);
        await using (await StartAfterRefusalAsync(data.Path, settings =>
        {
            Lifetime("10:00:00")(settings);
            settings["Curfew:Limits:AcceptLarger"] = "true";
        }))
        {
        }
    }

    [Fact]
    public async Task SecondHost_OnTheSameDataDirectory_IsRefused()
    {
        using var data = new TemporaryDirectory();
        await using var first = await ApiHost.StartAsync(dataDirectory: data.Path);
        await AssertRefused(data.Path, _ => { }, data.Path);
        (await first.GetAsync("/health/ready")).AssertAccepted();
    }

    // A refused host closes its files on a thread of its own, soon after the refusal was heard.
    private static async Task<ApiHost> StartAfterRefusalAsync(string data, Action<Dictionary<string, string?>> change)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ApiHost.StartAsync(change: change, dataDirectory: data);
            }
            catch (DataDirectoryException e) when (attempt < 100 && e.Message.Contains("another process", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private static Action<Dictionary<string, string?>> Lifetime(string text) =>
        settings => settings["Curfew:Limits:MaxTokenLifetime"] = text;

    private static void Remove(Dictionary<string, string?> settings, params string[] prefixes)
    {
        foreach (var key in settings.Keys.Where(key => prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))).ToList())
            settings.Remove(key);
    }

    private static async Task AssertRefused(string says, Action<Dictionary<string, string?>> change, string? data = null)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var api = await ApiHost.StartAsync(change: change, dataDirectory: data);
        });
        Assert.Contains(says, exception.ToString(), StringComparison.Ordinal);
    }
}
