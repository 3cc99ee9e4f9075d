using System.Net;
using Curfew.System.Tests.Processes;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Curfew.Browser.Tests.Console;

/// <summary>
/// Every state of the page against WCAG's testable rules, light and dark, on a desk and a phone. Seen red: the light ones with a
/// paler text, the dark ones with a dimmer one, the phones with a card of 30rem at least, and all with a field's label taken away,
/// of the sign-in's and of the dialog's.
/// </summary>
[Collection(ConsoleGroup.Name)]
public sealed class AccessibilityTests(ConsoleHost host)
{
    [ChromiumFact]
    public Task OnADesk_Light() => EveryStateAsync("light", ColorScheme.Light, 1280, 900);

    [ChromiumFact]
    public Task OnADesk_Dark() => EveryStateAsync("dark", ColorScheme.Dark, 1280, 900);

    [ChromiumFact]
    public Task OnAPhone_Light() => EveryStateAsync("phone", ColorScheme.Light, 390, 844);

    [ChromiumFact]
    public Task OnAPhone_Dark() => EveryStateAsync("phone-dark", ColorScheme.Dark, 390, 844);

    private async Task EveryStateAsync(string name, ColorScheme scheme, int width, int height)
    {
        var user = "alice-" + name;
        await GivenFactsAsync(host.Api, user);
        var console = await ConsolePage.OpenAsync(host.Chromium, host.Api);
        var page = console.Page;
        await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await page.SetViewportSizeAsync(width, height);
        await page.ReloadAsync();
        await AssertAccessibleAsync(page, name, "sign-in");

        await console.SignInAsync("no token");
        await Expect(console.SignInError).ToContainTextAsync("not accepted");
        await AssertAccessibleAsync(page, name, "sign-in-refused");

        await console.SignInAsync(await host.Api.TokenAsync("operator", scope: "curfew:admin"));
        await Expect(page.Locator("#live-state")).ToHaveTextAsync("Live");
        await console.FindAsync(user);
        await Expect(console.Facts).ToHaveCountAsync(5);
        await AssertAccessibleAsync(page, name, "user");

        await page.GetByRole(AriaRole.Button, new() { Name = "Log out everywhere…" }).ClickAsync();
        await AssertAccessibleAsync(page, name, "confirm");
        await page.Locator("#confirm-yes").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("Logged out");
        await page.GetByText("A whole client or issuer").ClickAsync();
        await page.GetByLabel("Client client_id").FillAsync("app");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look" }).ClickAsync();
        await Expect(page.Locator("#cutoff")).ToBeVisibleAsync();
        await AssertAccessibleAsync(page, name, "done");
    }

    private static async Task AssertAccessibleAsync(IPage page, string name, string state)
    {
        await page.EvaluateAsync("() => scrollTo(0, 0)");
        await Chromium.PictureAsync(page, $"console-{name}-{state}.png");
        Assert.False(
            await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"), $"{state} scrolls sideways.");
        var result = await page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{name}, {state}: " + string.Join("; ", result.Violations.Select(violation =>
                $"{violation.Id} ({violation.Help}): {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));
        Assert.NotEmpty(result.Passes);
    }

    // A user with one fact of each kind but a kept token: the session that is kept covers it.
    private static async Task GivenFactsAsync(ApiProcess api, string user)
    {
        await api.LogOutAsync(await api.TokenAsync(user, "old phone"), """{"scope":"session"}""");
        await api.LogOutAsync(await api.TokenAsync(user), """{"scope":"token"}""");
        await api.LogOutAsync(await api.TokenAsync(user, "desk"), """{"scope":"others"}""");
        var admin = await api.TokenAsync("night-shift", scope: "curfew:admin");
        using var answer = await api.SendAsync(
            HttpMethod.Post, "/revocations", admin,
            $$"""{"iss":"{{ConsolePage.Issuer}}","sub":"{{user}}","session":{"sid":"tablet-7f3a"},"reason":"Reported stolen, ticket 4711"}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
