using Curfew.System.Tests.Processes;
using Microsoft.Playwright;

namespace Curfew.Browser.Tests.Console;

/// <summary>The console as an operator sees it.</summary>
internal sealed class ConsolePage(IPage page, List<string> complaints)
{
    public const string Issuer = "curfew-dev";

    public IPage Page => page;

    /// <summary>What the browser's own console complained of, but for answers that are no 2xx: those are asked for here.</summary>
    public IEnumerable<string> Complaints => complaints.Where(text => !text.StartsWith("Failed to load resource", StringComparison.Ordinal));

    public ILocator Notice => page.Locator("#notices");

    public ILocator SignInError => page.Locator("#sign-in-error");

    public ILocator Facts => page.Locator("#facts > li");

    public static async Task<ConsolePage> OpenAsync(Chromium chromium, ApiProcess api)
    {
        var (page, complaints) = await chromium.OpenAsync(api.Client.BaseAddress!);
        await page.GotoAsync("/console/");
        return new ConsolePage(page, complaints);
    }

    public static async Task<ConsolePage> SignedInAsync(Chromium chromium, ApiProcess api, string scope = "curfew:read curfew:admin", string sub = "root")
    {
        var console = await OpenAsync(chromium, api);
        await console.SignInAsync(await api.TokenAsync(sub, scope: scope));
        await Assertions.Expect(page(console).Locator("#live-state")).ToHaveTextAsync("Live");
        return console;

        static IPage page(ConsolePage console) => console.Page;
    }

    public async Task SignInAsync(string token)
    {
        await page.GetByLabel("Access token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    public async Task FindAsync(string sub)
    {
        await page.GetByLabel("User sub").FillAsync(sub);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#user-title")).ToContainTextAsync(sub);
    }

    /// <summary>Presses what opens the dialog, says why, and confirms.</summary>
    public async Task ConfirmAsync(string opens, string confirms, string? reason = null)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = opens }).ClickAsync();
        if (reason is not null)
            await page.Locator("#confirm-reason").FillAsync(reason);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = confirms, Exact = true }).ClickAsync();
    }
}
