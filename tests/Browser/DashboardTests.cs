using Curfew.System.Tests.Processes;
using Microsoft.Playwright;

namespace Curfew.Browser.Tests;

/// <summary>The Orleans dashboard in a real browser.</summary>
public sealed class DashboardTests
{
    private const string GrainType = "Curfew.Grains.UserRevocationsGrain";

    // Seen red with a GetState that gives no facts, and with a policy that lets the dashboard's script set no styles.
    [ChromiumFact]
    public async Task SignedInReader_FindsTheUsersGrainAndItsState()
    {
        using var data = new TemporaryDirectory();
        await using var api = await ApiProcess.StartAsync(data.Path);
        await api.LogOutAsync(await api.TokenAsync("alice", "phone"), """{"scope":"session"}""");
        await using var chromium = await Chromium.StartAsync();
        var (page, complaints) = await chromium.OpenAsync(api.Client.BaseAddress!);

        await CountersFirstAsync(page);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#token", await api.TokenAsync("operator", scope: "curfew:read"));
        await page.ClickAsync("button");
        await Assertions.Expect(page.GetByText("Total Activations")).ToBeVisibleAsync();
        await page.GotoAsync("/dashboard/#/grains");
        await Assertions.Expect(page.GetByText("UserRevocationsGrain").First).ToBeVisibleAsync();

        await Chromium.PictureAsync(page, "dashboard-grains.png");

        // The dashboard's own form: the grain's type, the user's canonical key, and what it shows.
        await page.GotoAsync("/dashboard/#/grainDetails");
        await page.Locator("select.form-control").SelectOptionAsync(GrainType);
        await page.GetByPlaceholder("Grain Id").FillAsync("curfew-dev|alice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show Details" }).ClickAsync();
        await Assertions.Expect(page.Locator("pre")).ToContainTextAsync("phone");

        await Chromium.PictureAsync(page, "dashboard-state.png");
        Assert.Empty(complaints);
    }

    // Seen red without the dashboard's policy of authorization, and with a sign-in that asks for no scope.
    [ChromiumFact]
    public async Task Strangers_GetNothingOfTheDashboard()
    {
        using var data = new TemporaryDirectory();
        await using var api = await ApiProcess.StartAsync(data.Path);
        await using var chromium = await Chromium.StartAsync();
        var (page, _) = await chromium.OpenAsync(api.Client.BaseAddress!);
        Assert.Equal(401, (await page.GotoAsync("/dashboard/"))!.Status);

        await page.GotoAsync("/sign-in");
        await page.FillAsync("#token", await api.TokenAsync("somebody"));
        await page.ClickAsync("button");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("curfew:read");
        Assert.Equal(401, (await page.GotoAsync("/dashboard/"))!.Status);
    }

    // The dashboard's script reads its counters whenever it draws, and throws a TypeError while there are none: on a busy machine
    // other figures may come first. Here the overview's wait for the counters.
    private static async Task CountersFirstAsync(IPage page)
    {
        var counters = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFinished += (_, request) =>
        {
            if (request.Url.Contains("/DashboardCounters", StringComparison.Ordinal))
                counters.TrySetResult();
        };
        await page.RouteAsync("**/dashboard/ClusterStats*", async route =>
        {
            await counters.Task;
            await route.ContinueAsync();
        });
    }
}
