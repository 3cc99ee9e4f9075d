using Curfew.System.Tests.Processes;
using Microsoft.Playwright;

namespace Curfew.Browser.Tests.Console;

/// <summary>One real service and one browser for the tests of the console; users are each test's own.</summary>
public sealed class ConsoleHost : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();

    internal ApiProcess Api { get; private set; } = null!;

    internal Chromium Chromium { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
            return;
        Assertions.SetDefaultExpectTimeout(60_000);
        Api = await ApiProcess.StartAsync(_data.Path);
        Chromium = await Chromium.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Chromium is not null)
            await Chromium.DisposeAsync();
        if (Api is not null)
            await Api.DisposeAsync();
        _data.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class ConsoleGroup : ICollectionFixture<ConsoleHost>
{
    public const string Name = "console";
}
