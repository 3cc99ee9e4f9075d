using System.Text.Json.Nodes;
using Curfew.Api.Tests.Hosting;

namespace Curfew.Api.Tests.OAuth;

/// <summary>What the document says of the standards' endpoints. Seen red without the operations' own descriptions.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task StandardsEndpoints_BodiesAnswersAndClientsDescribed()
    {
        await using var api = await ApiHost.StartAsync(change: settings => settings["Curfew:Events:Audiences:0"] = "us");
        var document = JsonNode.Parse(await api.Client.GetStringAsync("/openapi/v1.json"))!;
        AssertDescribed(document, "/oauth/revoke", "application/x-www-form-urlencoded", "200", "400", "401", "429", "503");
        AssertDescribed(document, "/oauth/introspect", "application/x-www-form-urlencoded", "200", "400", "401", "503");
        AssertDescribed(document, "/events/backchannel-logout", "application/x-www-form-urlencoded", "200", "400", "503");
        AssertDescribed(document, "/events/sets", "application/secevent+jwt", "202", "400", "503");
        Assert.Equal("basic", (string?)document["components"]!["securitySchemes"]!["Client"]!["scheme"]);
        foreach (var path in new[] { "/oauth/revoke", "/oauth/introspect" })
            Assert.Contains("\"Client\"", document["paths"]![path]!["post"]!["security"]!.ToJsonString(), StringComparison.Ordinal);
        var form = document["paths"]!["/oauth/revoke"]!["post"]!["requestBody"]!["content"]!["application/x-www-form-urlencoded"]!["schema"]!;
        Assert.Equal(["token", "token_type_hint", "client_id", "client_secret"], form["properties"]!.AsObject().Select(member => member.Key));
        Assert.Equal(["token"], form["required"]!.AsArray().Select(name => (string?)name));
        var error = document["components"]!["schemas"]!["OAuthError"]!;
        Assert.Contains("error_description", error["properties"]!.AsObject().Select(member => member.Key));
    }

    private static void AssertDescribed(JsonNode document, string path, string contentType, params string[] answers)
    {
        var operation = document["paths"]![path]!["post"]!;
        Assert.Equal([contentType], operation["requestBody"]!["content"]!.AsObject().Select(member => member.Key));
        Assert.Equal(answers, operation["responses"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.False(string.IsNullOrEmpty((string?)operation["summary"]));
    }
}
