using System.Net;
using System.Text;
using Curfew.Api.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Api.Tests;

/// <summary>
/// Who may do what: every endpoint by every kind of caller. A new endpoint is a new row, and is missed until it has one.
/// Seen red with the policy of <c>GET /revocations</c> dropped, and with the issuers that may grant scopes not asked about.
/// </summary>
public sealed class AccessTests(SharedHost shared) : ApiTest(shared)
{
    private static readonly string[] Callers =
        ["nobody", "expired", "wrong audience", "no scope", "read", "admin", "read of another issuer", "admin of another issuer"];

    // What each of the callers above gets. Admins get 400 where the row sends no body: they were let in.
    private static readonly Row[] Rows =
    [
        new("GET", "/me", "/me", 401, 401, 401, 200, 200, 200, 200, 200),
        new("POST", "/logout", "/logout", 401, 401, 401, 200, 200, 200, 200, 200),
        new("POST", "/logout/everywhere", "/logout/everywhere", 401, 401, 401, 200, 200, 200, 200, 200),
        new("GET", "/revocations", "/revocations?iss=i&sub=u", 401, 401, 401, 403, 200, 200, 403, 403),
        new("POST", "/revocations", "/revocations", 401, 401, 401, 403, 403, 400, 403, 403),
        new("*", "/verify/{**path}", "/verify/x", 401, 401, 401, 200, 200, 200, 200, 200),
        new("GET", "/health/live", "/health/live", 200, 200, 200, 200, 200, 200, 200, 200),
        new("GET", "/health/ready", "/health/ready", 200, 200, 200, 200, 200, 200, 200, 200),
        new("GET", "/openapi/{documentName}.json", "/openapi/v1.json", 200, 200, 200, 200, 200, 200, 200, 200),
        new("GET", "/sign-in", "/sign-in", 200, 200, 200, 200, 200, 200, 200, 200),
        new("POST", "/sign-in", "/sign-in", 400, 400, 400, 400, 400, 400, 400, 400),
        new("GET", "/dashboard", "/dashboard/", 401, 401, 401, 403, 200, 200, 403, 403),
        new("GET", "/dashboard", "/dashboard/index.min.js", 401, 401, 401, 403, 200, 200, 403, 403),
        new("GET", "/dashboard", "/dashboard/DashboardCounters", 401, 401, 401, 403, 200, 200, 403, 403),
        new("GET", "/dashboard", "/dashboard/Trace", 401, 401, 401, 403, 200, 200, 403, 403),
        new("GET", "/console/stream", "/console/stream", 401, 401, 401, 403, 200, 200, 403, 403),

        // A bearer is no client: OAuthAccessTests has the rows for clients. Without a configured audience nobody may tell events.
        new("POST", "/oauth/revoke", "/oauth/revoke", 401, 401, 401, 401, 401, 401, 401, 401),
        new("POST", "/oauth/introspect", "/oauth/introspect", 401, 401, 401, 401, 401, 401, 401, 401),
        new("POST", "/events/backchannel-logout", "/events/backchannel-logout", 404, 404, 404, 404, 404, 404, 404, 404),
        new("POST", "/events/sets", "/events/sets", 404, 404, 404, 404, 404, 404, 404, 404),

        // Of Development alone.
        new("POST", "/dev/token", "/dev/token", 404, 404, 404, 404, 404, 404, 404, 404),
        new("GET", "/scalar", "/scalar/", 404, 404, 404, 404, 404, 404, 404, 404),
    ];

    public static TheoryData<string, string, string, int> Table
    {
        get
        {
            var table = new TheoryData<string, string, string, int>();
            foreach (var row in Rows)
            {
                foreach (var (caller, status) in Callers.Zip(row.Expected))
                    table.Add(row.Method, row.Path, caller, status);
            }

            return table;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Endpoint_Caller_Status(string method, string path, string caller, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method == "*" ? "GET" : method), path);
        if (TokenOf(caller) is { } token)
            request.Headers.Authorization = new("Bearer", token);
        if (path is "/revocations" or "/dev/token")
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        if (path.StartsWith("/oauth/", StringComparison.Ordinal))
            request.Content = new FormUrlEncodedContent([new("token", Token())]);
        using var answer = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        if (status is 401 or 403)
        {
            var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
            Assert.Equal(path.StartsWith("/oauth/", StringComparison.Ordinal) ? "Basic" : "Bearer", challenge.Scheme);
            if (challenge.Scheme == "Basic")
                return;
            Assert.Equal(
                caller == "nobody" ? "" : status == 403 ? "insufficient_scope" : caller == "expired" ? "expired" : "invalid",
                new[] { "insufficient_scope", "expired", "invalid" }.FirstOrDefault(
                    word => challenge.Parameter?.Contains(word == "invalid" ? "is invalid" : word, StringComparison.Ordinal) == true, ""));
        }
    }

    [Fact]
    public void EveryEndpointHasARow() => Assert.Empty(WithoutRow(Api.Services));

    internal static List<(string Method, string Path)> WithoutRow(IServiceProvider services) =>
        services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => (
                Path: "/" + endpoint.RoutePattern.RawText!.Trim('/'),
                Methods: endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]))
            .SelectMany(endpoint => endpoint.Methods.Select(method => (Method: method, endpoint.Path)))
            .Where(endpoint => !Rows.Any(row => (row.Method == endpoint.Method || endpoint.Method == "*")
                && (row.Route == endpoint.Path || endpoint.Path.StartsWith(row.Route + "/", StringComparison.Ordinal) && row.Route == "/dashboard")))
            .ToList();

    private string? TokenOf(string caller) => caller switch
    {
        "nobody" => null,
        "expired" => Mint.Token(User, claims => (claims["iat"], claims["exp"]) = (Mint.Now - 600, Mint.Now - 60)),
        "wrong audience" => Mint.Token(User, claims => (claims["aud"], claims["scope"]) = ("another", "curfew:admin")),
        "no scope" => Token(),
        "read" => Mint.Token(User, claims => claims["scope"] = "curfew:read"),
        "admin" => Mint.Token(User, claims => claims["scope"] = "curfew:admin"),
        "read of another issuer" => TokenOfOther(claims => claims["scope"] = "curfew:read"),
        "admin of another issuer" => TokenOfOther(claims => claims["scope"] = "curfew:admin curfew:read"),
        _ => throw new ArgumentOutOfRangeException(nameof(caller)),
    };

    private sealed record Row(string Method, string Route, string Path, params int[] Expected);
}
