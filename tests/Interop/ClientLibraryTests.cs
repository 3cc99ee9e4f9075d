using System.Text.Json.Nodes;
using Curfew.Interop.Tests.Hosting;

namespace Curfew.Interop.Tests;

/// <summary>
/// RFC 7009 and RFC 7662 as two client libraries speak them, with tokens that jose made. Seen red with the secret of Basic not
/// form-decoded, and without <c>WWW-Authenticate</c>.
/// </summary>
public sealed class ClientLibraryTests
{
    // Characters that the libraries encode, each in its own way.
    private static readonly Credentials App = new("app one", "a secret: with+every%20thing/that&needs=encoding!*'()~é");

    [NodeTheory]
    [InlineData("openid-client", "basic")]
    [InlineData("openid-client", "post")]
    [InlineData("oauth4webapi", "basic")]
    [InlineData("oauth4webapi", "post")]
    public async Task IntrospectAndRevoke(string library, string method)
    {
        await using var provider = await JoseProvider.StartAsync();
        await using var clients = NodeProcess.Start("clients.mjs");
        await using var api = await ApiProcess.StartAsync(provider.Url, App);
        Task<JsonNode> Ask(string verb, string token, Credentials? client = null, string? hint = null) => clients.AskAsync(new JsonObject
        {
            ["library"] = library,
            ["method"] = method,
            ["base"] = api.Url.ToString().TrimEnd('/'),
            ["id"] = (client ?? App).Id,
            ["secret"] = (client ?? App).Secret,
            ["verb"] = verb,
            ["token"] = token,
            ["hint"] = hint,
        });

        var token = await provider.MintAsync("RS256", "at+jwt", new JsonObject
        {
            ["sub"] = "alice",
            ["aud"] = "api",
            ["client_id"] = App.Id,
            ["scope"] = "read write",
            ["sid"] = "s1",
        });
        var active = (await Ask("introspect", token, hint: "access_token"))["result"]!;
        Assert.True((bool)active["active"]!);
        Assert.Equal(
            ("alice", provider.Url, "api", App.Id, "read write", "s1", "Bearer"),
            ((string?)active["sub"], (string?)active["iss"], (string?)active["aud"], (string?)active["client_id"], (string?)active["scope"],
                (string?)active["sid"], (string?)active["token_type"]));

        // Another client's token is refused, and an opaque one; both libraries must understand why.
        var foreign = await provider.MintAsync(
            "RS256", "at+jwt", new JsonObject { ["sub"] = "bob", ["aud"] = "api", ["client_id"] = "another" });
        AssertError(await Ask("revoke", foreign), 400, "unauthorized_client");
        AssertError(await Ask("revoke", "opaque-refresh-token", hint: "refresh_token"), 400, "unsupported_token_type");
        var stranger = await Ask("revoke", token, App with { Secret = "wrong" });
        Assert.Equal(("WWWAuthenticateChallengeError", 401, "basic"),
            ((string?)stranger["kind"], (int?)stranger["status"], (string?)stranger["scheme"]));
        await api.AssertAccepted(foreign);
        await api.AssertAccepted(token);

        // A hint that is wrong, a repeat, and a token that nobody accepts any more: all is well.
        var revoked = await Ask("revoke", token, hint: "refresh_token");
        Assert.True(revoked["kind"] is null, revoked.ToJsonString());
        await api.AssertRefused(token, "revoked");
        Assert.Null((await Ask("revoke", token))["kind"]);
        Assert.Equal("""{"active":false}""", (await Ask("introspect", token))["result"]!.ToJsonString());
    }

    private static void AssertError(JsonNode answer, int status, string error) => Assert.Equal(
        ("ResponseBodyError", status, error),
        ((string?)answer["kind"], (int?)answer["status"], (string?)answer["error"]));
}
