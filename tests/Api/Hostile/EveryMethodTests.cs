using System.Text;
using Curfew.Api.Tests.OAuth;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Api.Tests.Hostile;

/// <summary>
/// Every endpoint of a host with all switched on, as the app itself lists them, by every method: who has no token, or a client's
/// secret where a token is asked for, gets nothing but what is open to anyone. Seen red with the authorization of
/// <c>GET /revocations</c> dropped, and with an endpoint that nobody had listed.
/// </summary>
public sealed class EveryMethodTests(HostileHost host) : IClassFixture<HostileHost>, IDisposable
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"];

    private static readonly string[] Open =
    [
        "GET /health/live", "HEAD /health/live", "POST /health/live", "PUT /health/live", "PATCH /health/live", "DELETE /health/live",
        "OPTIONS /health/live", "TRACE /health/live", "QUERY /health/live",
        "GET /health/ready", "HEAD /health/ready", "POST /health/ready", "PUT /health/ready", "PATCH /health/ready",
        "DELETE /health/ready", "OPTIONS /health/ready", "TRACE /health/ready", "QUERY /health/ready",
        "GET /openapi/v1.json", "GET /sign-in",

        // These look for a token, a client or an event in the body, and say what they miss.
        "POST /sign-in", "POST /oauth/revoke", "POST /oauth/introspect", "POST /events/backchannel-logout", "POST /events/sets",
    ];

    public void Dispose() => host.Api.Log.TakeClean();

    [Fact]
    public async Task Nobody_GetsWhatIsOpenToAnyone() => Assert.Equal(Open.Order(), (await OpenToAsync()).Order());

    [Fact]
    public async Task Client_GetsNoMoreWhereATokenIsAskedFor() =>
        Assert.Equal(Open.Order(), (await OpenToAsync("Authorization: " + OAuthHost.App.Basic)).Order());

    // A good token where none is looked for: as a client's password, in another scheme, in a cookie.
    [Theory]
    [InlineData("basic")]
    [InlineData("scheme")]
    [InlineData("cookie")]
    public async Task Token_InAnotherPlace_LetsNobodyIn(string place)
    {
        var token = host.Api.Mint.Token("root", claims => claims["scope"] = "curfew:admin");
        var open = place switch
        {
            "basic" => await OpenToAsync("Authorization: Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("root:" + token))),
            "scheme" => await OpenToAsync("Authorization: DPoP " + token),
            _ => await OpenToAsync("Cookie: curfew=" + token + "; access_token=" + token),
        };
        Assert.Equal(Open.Order(), open.Order());
    }

    // The table of AccessTests has a row for what only this host maps, too.
    [Fact]
    public void EveryEndpointHasARow() => Assert.Empty(AccessTests.WithoutRow(host.Api.Services));

    private async Task<List<string>> OpenToAsync(string? header = null)
    {
        var open = new List<string>();
        foreach (var path in Paths())
        {
            foreach (var method in Methods)
            {
                var request = new RawRequest(method, path, header is null ? [] : [header]);
                if (await StatusAsync(request) is not (401 or 403 or 404 or 405))
                    open.Add($"{method} {path}");
            }
        }

        return open;
    }

    // A machine that is busy with other things makes a 503, or no answer in time, of its own.
    private async Task<int> StatusAsync(RawRequest request)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await request.SendAsync(host.Port);
            if (answer.Status is not (0 or 503) || attempt == 10)
                return answer.Status;
        }
    }

    private List<string> Paths() =>
    [
        .. host.Api.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/')
                .Replace("{**path}", "x", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal))
            .Distinct(),
    ];
}
