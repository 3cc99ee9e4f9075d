using System.Net;
using Curfew.Api.Tests.Hosting;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Api.Tests.Audit;

/// <summary>
/// A trail that can't be written: the revocation holds, whoever asked gets 503, and the event is there once it can be. Seen red
/// with the failure swallowed.
/// </summary>
public sealed class AuditOutageTests
{
    [Fact]
    public async Task TrailAway_TheLogoutHolds_TheAnswerIs503_AndTheEventComesLater()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "audit.jsonl");
        await using var api = await ApiHost.StartAsync(change: settings => settings["Curfew:Audit:File"] = file);
        var admin = api.Mint.Token("root", claims => claims["scope"] = "curfew:admin");
        var token = api.Mint.Token();
        File.Move(file, file + ".1");
        Directory.CreateDirectory(file);

        var logout = await api.PostAsync("/logout", token);
        logout.AssertUnknown();
        Assert.Contains("The logout holds, but the audit trail could not be written", await logout.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (await api.GetAsync("/me", token)).AssertRefused("revoked");
        var revocation = await api.PostAsync("/revocations", admin, Everything("bob"));
        revocation.AssertUnknown();
        Assert.Contains("What was revoked is refused everywhere, but the audit trail", await revocation.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // Checks don't need it.
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", admin)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/health/ready")).StatusCode);

        Directory.Delete(file);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync("/revocations", admin, Everything("bob"))).StatusCode);
        Assert.Equal(
            [null, "alice", "bob", "bob"],
            File.ReadAllLines(file).Select(line => (string?)TestTrail.Read(line)["sub"]));
        Assert.Single(api.Log.TakeClean(), line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Curfew:Audit:Key", "c2hvcnQ=", "Key is 5 bytes long")]
    [InlineData("Curfew:Audit:Key", "no base64!", "Key is not base64")]
    [InlineData("Curfew:Audit:File", "/nowhere/at/all/audit.jsonl", "its directory doesn't exist")]
    [InlineData("Curfew:Audit:File", "", "Key is set and File isn't")]
    public async Task OptionsThatAreWrong_AreRefusedAtStart(string option, string value, string says)
    {
        using var directory = new TemporaryDirectory();
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var api = await ApiHost.StartAsync(change: settings =>
            {
                settings["Curfew:Audit:File"] = Path.Combine(directory.Path, "audit.jsonl");
                settings["Curfew:Audit:Key"] = Convert.ToBase64String(new byte[32]);
                settings[option] = value;
            });
        });
        Assert.Contains(says, refused.ToString(), StringComparison.Ordinal);
        if (option.EndsWith("Key", StringComparison.Ordinal))
            Assert.DoesNotContain(value, refused.ToString(), StringComparison.Ordinal);
    }

    private static string Everything(string user) => $$"""{"iss":"https://one.test/","sub":"{{user}}","everything":true}""";
}
