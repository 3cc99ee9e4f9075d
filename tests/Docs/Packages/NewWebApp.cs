using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Curfew.Docs.Tests.Packages;

/// <summary>A web app outside of this repository, built from packages and run as a process.</summary>
internal sealed partial class NewWebApp : IAsyncDisposable
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly string _folder = Directory.CreateTempSubdirectory("curfew-app-").FullName;
    private Process? _process;
    private HttpClient? _client;
    private Task<string>? _rest;

    private NewWebApp()
    {
    }

    public static async Task<NewWebApp> StartAsync(PackageFeed feed, string code, params string[] packages)
    {
        var app = new NewWebApp();
        try
        {
            await app.BuildAsync(feed, code, packages);
            await app.RunAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public string Token(string sub)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "https://issuer.test/",
            ["aud"] = "app",
            ["sub"] = sub,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = now,
            ["exp"] = now + 600,
        };
        var signed = Part("""{"alg":"HS256","typ":"JWT"}""") + "." + Part(claims.ToJsonString());
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(signed)));

        static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Ends the app, and gives what it logged after its start.</summary>
    public async Task<string> StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        return await _rest!;
    }

    public async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, string token)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await _client!.SendAsync(request);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task BuildAsync(PackageFeed feed, string code, string[] packages)
    {
        var references = string.Concat(packages.Select(id => $"""<PackageReference Include="{id}" Version="{feed.Version}" />"""));

        // The machine's own sources stay; the feed is one more. What was restored before is taken from the usual folder, and
        // our packages, which are of this run alone, go to one that is deleted.
        await File.WriteAllTextAsync(Path.Combine(_folder, "App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestoreAdditionalProjectSources>{feed.Folder}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{_folder}/packages</RestorePackagesPath>
                <RestoreFallbackFolders>{UsualPackages()}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, "Program.cs"), code);
        await Dotnet.RunAsync(_folder, "build", "-o", "out", "--nologo");
    }

    private async Task RunAsync()
    {
        _process = Dotnet.Start(_folder, ["out/App.dll", "--urls", "http://127.0.0.1:0"], new Dictionary<string, string>
        {
            ["Authentication__Schemes__Bearer__ValidIssuer"] = "https://issuer.test/",
            ["Authentication__Schemes__Bearer__ValidAudience"] = "app",
            ["Authentication__Schemes__Bearer__SigningKeys__0__Issuer"] = "https://issuer.test/",
            ["Authentication__Schemes__Bearer__SigningKeys__0__Value"] = Convert.ToBase64String(_secret),
        });
        var errors = _process.StandardError.ReadToEndAsync();
        var log = new StringBuilder();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            log.AppendLine(line);
            if (Listening().Match(line) is { Success: true } listening)
            {
                _client = new HttpClient { BaseAddress = new Uri(listening.Groups[1].Value) };
                _rest = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        Assert.Fail($"The app did not start: {log}{await errors}");
    }

    private static string UsualPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [GeneratedRegex("Now listening on: (http://[^ ]+)")]
    private static partial Regex Listening();
}
