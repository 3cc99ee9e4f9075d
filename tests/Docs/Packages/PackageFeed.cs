using Curfew.Docs.Tests.Reading;

namespace Curfew.Docs.Tests.Packages;

/// <summary>What <c>dotnet pack</c> makes of the libraries that were built with the tests, in a folder.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    // A package cache keeps a version for ever: each run has one of its own.
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    public string Folder { get; } = Directory.CreateTempSubdirectory("curfew-packages-").FullName;

    public async Task InitializeAsync()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        foreach (var project in new[] { "Core", "Grains", "Authentication", "Sqlite", "Redis" })
        {
            await Dotnet.RunAsync(
                Repository.Root, "pack", $"src/{project}", "--no-build", "-c", configuration, "-o", Folder, $"-p:Version={Version}", "--nologo");
        }
    }

    public string PathOf(string id, string extension) => Path.Combine(Folder, $"{id}.{Version}.{extension}");

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }
}
