using System.Net;
using Curfew.Sqlite.Tests.Support;
using Curfew.System.Tests.Processes;
using static Microsoft.Playwright.Assertions;

namespace Curfew.Browser.Tests.Console;

/// <summary>What goes wrong says what happened and what to do.</summary>
[Collection(ConsoleGroup.Name)]
public sealed class RefusedTests(ConsoleHost host)
{
    private const string Script = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>";

    private readonly string _user = "user-" + Guid.NewGuid().ToString("N")[..8];

    // Seen red without a word of its own for 401.
    [ChromiumFact]
    public async Task AWrongToken_IsRefused()
    {
        var console = await ConsolePage.OpenAsync(host.Chromium, host.Api);
        await console.SignInAsync("eyJhbGciOiJub25lIn0.e30.");
        await Expect(console.SignInError).ToContainTextAsync("The token is not accepted");
        await Expect(console.Page.Locator("#desk")).ToBeHiddenAsync();
    }

    // Seen red without a word of its own for 403: it said to look at the log.
    [ChromiumFact]
    public async Task ATokenWithoutTheScope_IsToldWhichOne()
    {
        var console = await ConsolePage.OpenAsync(host.Chromium, host.Api);
        await console.SignInAsync(await host.Api.TokenAsync(_user));
        await Expect(console.SignInError).ToContainTextAsync("lacks the scope curfew:read");
    }

    // Seen red with buttons that take no notice of the scope.
    [ChromiumFact]
    public async Task AReader_LooksAndCannotLogOut()
    {
        var console = await ConsolePage.SignedInAsync(host.Chromium, host.Api, "curfew:read");
        await console.FindAsync(_user);
        await Expect(console.Page.Locator("#read-only")).ToContainTextAsync("lacks curfew:admin");
        await Expect(console.Page.Locator("#log-out-everything button")).ToBeDisabledAsync();
    }

    // Seen red with the same words for whatever ended a token.
    [ChromiumFact]
    public async Task AnExpiredToken_EndsTheConsole()
    {
        var console = await ConsolePage.OpenAsync(host.Chromium, host.Api);
        await console.SignInAsync(await host.Api.TokenAsync("root", scope: "curfew:admin", lifetimeSeconds: 8));
        await Expect(console.SignInError).ToContainTextAsync("Your token has expired. Sign in again");
        await Expect(console.Page.Locator("#desk")).ToBeHiddenAsync();
    }

    // Seen red with the same words for whatever ended a token.
    [ChromiumFact]
    public async Task ALoggedOutOperator_SeesNothingMore()
    {
        var token = await host.Api.TokenAsync("operator-" + _user, scope: "curfew:admin");
        var console = await ConsolePage.OpenAsync(host.Chromium, host.Api);
        await console.SignInAsync(token);
        await Expect(console.Page.Locator("#live-state")).ToHaveTextAsync("Live");
        await host.Api.LogOutAsync(token);
        await Expect(console.SignInError).ToContainTextAsync("Your token was revoked");
        await Expect(console.Page.Locator("#desk")).ToBeHiddenAsync();
    }

    // Seen red with names set as HTML: Trusted Types refuse it, and the page shows no user at all.
    [ChromiumFact]
    public async Task NamesAndReasons_NeverBecomeMarkup()
    {
        var user = _user + Script;
        var console = await ConsolePage.SignedInAsync(host.Chromium, host.Api, sub: "root" + Script);
        await console.FindAsync(user);
        await console.Page.Locator("#sid").FillAsync(Script);
        await console.ConfirmAsync("Log out session…", "Log out session", Script);
        await Expect(console.Facts.Locator(".what")).ToHaveTextAsync(Script);
        await console.Page.Locator("#jti").FillAsync(Script);
        await console.ConfirmAsync("Log out token…", "Log out token", Script);

        await Expect(console.Facts).ToHaveCountAsync(2);
        await Expect(console.Facts.First.Locator(".reason")).ToContainTextAsync(Script);
        await Expect(console.Page.Locator("#who")).ToHaveTextAsync("root" + Script);
        Assert.False(await console.Page.EvaluateAsync<bool>("'pwned' in window"));
        Assert.Equal(0, await console.Page.Locator("main img, main script").CountAsync());
        Assert.Empty(console.Complaints);
    }

    // The storage fails for real: its disk is full. Seen red with a 503 to a logout that is told as one to a look is.
    [TmpfsFact]
    public async Task AFullDisk_NotConfirmed_AndRepeatConfirms()
    {
        using var disk = new Tmpfs("32m");
        await using var api = await ApiProcess.StartAsync(disk.Path);
        var token = await api.TokenAsync(_user);
        var console = await ConsolePage.SignedInAsync(host.Chromium, api);
        await console.FindAsync(_user);
        var filler = Path.Combine(disk.Path, "filler");
        Fill(filler);

        await console.ConfirmAsync("Log out everywhere…", "Log out everywhere");
        await Expect(console.Notice).ToContainTextAsync("Not confirmed");
        await Expect(console.Notice).ToContainTextAsync("Repeat it until it is confirmed");
        await Chromium.PictureAsync(console.Page, "console-not-confirmed.png");

        File.Delete(filler);
        await console.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Repeat" }).ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("Logged out");
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/me", token));
    }

    // A cluster whose Redis ends, with a node that fails open: the operator is told that it does, in these words. Embedded grains
    // can't go away while their process runs. Seen red with a page that takes no notice of FailOpen.
    [ChromiumFact]
    public async Task GrainsAwayWithFailOpen_IsSaidLoudly()
    {
        using var data = new Curfew.System.Tests.Processes.TemporaryDirectory();
        await using var redis = new RedisProcess(Path.Combine(data.Path, "redis"));
        await redis.StartAsync();
        (string, string)[] settings =
        [
            ("Curfew:Hosting", "cluster"), ("Curfew:Cluster:Redis", $"127.0.0.1:{redis.Port}"), ("Curfew:Cluster:Address", "127.0.0.1"),
        ];
        Assert.Equal(0, (await OperatorCommand.RunAsync(settings, "initialize")).Status);
        await using var silo = SiloProcess.Launch(data.Path, settings);
        await silo.ReadyAsync();
        await using var api = await ApiProcess.StartAsync(data.Path, [.. settings, ("Curfew:FailOpen", "accept-revoked-tokens")]);
        var token = await api.TokenAsync(_user);

        // A node that has just found its silo on a busy machine may answer 503, which a sign-in would show instead.
        Assert.Equal(HttpStatusCode.OK, await api.KnownStatusAsync("/me", token));
        var console = await ConsolePage.SignedInAsync(host.Chromium, api);
        await Expect(console.Page.Locator("#figure-facts")).ToContainTextAsync("users who have some");
        await Chromium.PictureAsync(console.Page, "console-cluster.png");

        await silo.Process.KillAsync();
        await Expect(console.Page.Locator("#live-state")).ToContainTextAsync("FAILING OPEN: the grains do not answer, and tokens are accepted unchecked");
        await Chromium.PictureAsync(console.Page, "console-failing-open.png");
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("/me", token));
    }

    // Seen red with a lost stream that nobody is told of: the page went on saying Live.
    [ChromiumFact]
    public async Task ADeadNode_IsSaid_AndFoundAgain()
    {
        using var data = new Curfew.System.Tests.Processes.TemporaryDirectory();
        await using var api = await ApiProcess.StartAsync(data.Path);
        var console = await ConsolePage.SignedInAsync(host.Chromium, api);
        await api.Process.KillAsync();
        await Expect(console.Page.Locator("#live-state")).ToContainTextAsync("Trying again");
        await console.Page.GetByLabel("User sub").FillAsync(_user);
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Notice).ToContainTextAsync("The node did not answer. Check that it runs");
    }

    // Until nothing more fits, not even one byte.
    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 20, 4096, 1 })
        {
            try
            {
                while (true)
                    file.Write(new byte[size]);
            }
            catch (IOException)
            {
            }
        }
    }
}
