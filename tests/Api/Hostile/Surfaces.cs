using System.Net;
using System.Text;

namespace Curfew.Api.Tests.Hostile;

/// <summary>A place where somebody may present a token.</summary>
/// <param name="Request">With the token's text as it is given, whatever is in it.</param>
/// <param name="Accepts">Whether an answer treats the token as a good one.</param>
internal sealed record Surface(string Name, Func<string, RawRequest> Request, Func<RawRequest.Answer, bool> Accepts)
{
    public override string ToString() => Name;
}

/// <summary>All of them. A token with <c>curfew:admin</c>, or the client's credentials, is let in everywhere while it isn't revoked.</summary>
internal static class Surfaces
{
    public static IReadOnlyList<Surface> For(string clientBasic) =>
    [
        Bearer("me", "GET", "/me"),
        Bearer("verify", "GET", "/verify"),
        Bearer("verify, below", "DELETE", "/verify/orders/7?x=y"),
        Bearer("inspection", "GET", "/revocations?iss=i&sub=u"),
        Bearer("console's stream", "GET", "/console/stream"),
        Bearer("dashboard", "GET", "/dashboard/"),
        new("dashboard, by cookie",
            token => new RawRequest("GET", "/dashboard/", ["Cookie: curfew-operator=" + token]), answer => answer.Status == 200),
        new("introspection",
            token => Form("/oauth/introspect", "token=" + WebUtility.UrlEncode(token)).With("Authorization: " + clientBasic),
            answer => answer.Text.Contains("\"active\":true", StringComparison.Ordinal)),
        new("sign-in", token => Form("/sign-in", "token=" + WebUtility.UrlEncode(token)), answer => answer.Status == 302),
    ];

    public static RawRequest Form(string path, string form) =>
        new("POST", path, ["Content-Type: application/x-www-form-urlencoded"], Encoding.UTF8.GetBytes(form));

    private static Surface Bearer(string name, string method, string target) => new(
        name, token => new RawRequest(method, target, ["Authorization: Bearer " + token]), answer => answer.Status == 200);
}
