using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Curfew.Docs.Tests.Reading;

namespace Curfew.Docs.Tests.Packages;

/// <summary>The packages, as somebody else gets them: from a folder feed into a new web app.</summary>
public sealed partial class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Theory]
    [InlineData("Curfew.Core")]
    [InlineData("Curfew.Authentication")]
    [InlineData("Curfew.Grains")]
    [InlineData("Curfew.Sqlite")]
    [InlineData("Curfew.Redis")]
    public void Package_has_what_a_reader_and_a_debugger_need(string id)
    {
        using var package = ZipFile.OpenRead(feed.PathOf(id, "nupkg"));
        using var stream = package.GetEntry($"{id}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        Assert.Equal("MIT", Said("license"));
        Assert.True(Said("description").Length > 40);
        Assert.NotNull(package.GetEntry(Said("readme")));
        Assert.NotNull(package.GetEntry(Said("icon")));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.dll"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.xml"));
        using var symbols = ZipFile.OpenRead(feed.PathOf(id, "snupkg"));
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));

        string Said(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    // Seen red without .AddCurfew() in the readme.
    [Fact]
    public async Task New_web_app_with_the_lines_of_the_readme_logs_out()
    {
        var code = Assert.Single(CSharp().Matches(Repository.Read("src/package/README.md"))).Groups[1].Value;
        await using var app = await NewWebApp.StartAsync(feed, code, "Curfew.Authentication", "Curfew.Sqlite");
        var token = app.Token("alice");
        var first = await app.SendAsync(HttpMethod.Get, "/me", token);
        Assert.True(first == HttpStatusCode.OK, first == HttpStatusCode.OK ? "" : $"{first}: {await app.StopAsync()}");
        Assert.Equal(HttpStatusCode.OK, await app.SendAsync(HttpMethod.Post, "/logout", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await app.SendAsync(HttpMethod.Get, "/me", token));
        Assert.Equal(HttpStatusCode.OK, await app.SendAsync(HttpMethod.Get, "/me", app.Token("bob")));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
