using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Events;
using Curfew.Api.Tests.OAuth;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Tests;

namespace Curfew.Api.Tests.Hostile;

/// <summary>
/// Requests with a few bytes changed, sent as they are: whatever comes of them, it is no 5xx, no revoked token is accepted, and
/// nobody else is logged out. Replayed and prolonged as <see cref="Fuzz"/> says. Seen red with the JSON reader's exceptions let
/// through, and while Kestrel logged the headers that it refused.
/// </summary>
public sealed class RequestFuzzing(HostileHost host) : IClassFixture<HostileHost>, IDisposable
{
    private static readonly byte[][] Splices =
    [
        .. new[]
        {
            "%2F", "%00", "%C0%AF", "%ED%A0%80", "%u0000", "%", "%zz", "+", "&", "=", ";", "&token=", "&token=x", "&sub=", "\0", "\r\n", "\n",
            "\r\nX: y", "\r\nAuthorization: Bearer x", "\r\nTransfer-Encoding: chunked", "\r\nContent-Length: 0", " ", "\t", "\"", "\\", "\\ud800",
            "\\u0000", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e999", "\"iss\":\"x\",", "\"sub\":null,", "\ufeff", "e\u0301", "é",
            "../", "..%2f", "//", "?", "#", "@", "Bearer ", "Basic ", "..", ".", "=", new('A', 70), new('[', 70), new('x', 5000),
            "\r\nX-Forwarded-For: ::1", "\r\nX-Forwarded-Prefix: /verify", "\r\nX-Original-URL: /health/live", "\r\nX-HTTP-Method-Override: GET",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f],
    ];

    private readonly string _victim = "victim-" + Guid.NewGuid().ToString("N");

    // Nor does any of it put a token or a secret into the log.
    public void Dispose() => host.Api.Log.TakeClean();

    private TokenMint Mint => host.Api.Mint;

    [Fact]
    public async Task MutatedBodies_NoServerErrorAndNobodyElseIsLoggedOut()
    {
        var (admin, bystander) = (Admin(), Mint.Token("bystander"));
        var statuses = new Dictionary<int, int>();
        await Fuzz.RunAsync(1000, async random =>
        {
            var seeds = Bodies(admin);
            var seed = seeds[random.Next(seeds.Count)];
            Count(statuses, await SendAsync(seed with { Body = Fuzz.Mutate(random, seed.Body, Splices) }));
        });

        // Refused all, or accepted all, nothing would have been looked at closely.
        Assert.True(statuses.ContainsKey(200) && statuses.ContainsKey(401) && statuses.ContainsKey(400), Describe(statuses));
        (await host.Api.GetAsync("/me", bystander)).AssertAccepted();
        (await host.Api.GetAsync("/me", admin)).AssertAccepted();
    }

    [Fact]
    public async Task MutatedHeadersAndTargets_NoServerErrorAndNoRevokedTokenIsAccepted()
    {
        var token = Admin();
        await host.LogOutAsync(token);
        var statuses = new Dictionary<int, int>();
        await Fuzz.RunAsync(1000, async random =>
        {
            var surface = host.Surfaces[random.Next(host.Surfaces.Count)];
            var request = Mutate(random, surface.Request(token));
            var answer = await SendAsync(request);
            Count(statuses, answer);

            // Another path may be open to anyone.
            var page = request.Target == surface.Request(token).Target;
            Assert.False(page && surface.Accepts(answer), $"{surface} accepts {Encoding.Latin1.GetString(request.ToBytes())}");
        });
        Assert.True(statuses.Count >= 3 && statuses.ContainsKey(401) && statuses.ContainsKey(400), Describe(statuses));
    }

    // Seen red with a key of issuer and subject that doesn't encode them.
    [Fact]
    public async Task TwoSubjects_HoweverAlike_AreNeverTheSameUser()
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        await Fuzz.RunAsync(60, async random =>
        {
            var (one, other) = (run + Fuzz.Text(random), run + Fuzz.Text(random));
            if (random.Next(2) == 0)
                other = Alike(random, one);
            if (one == other || !ClaimText.IsValid(one) || !ClaimText.IsValid(other))
                return;

            // Issued after all that earlier rounds cut off.
            var (ones, others) = (Mint.Token(one, Later), Mint.Token(other, Later));
            var before = await AcceptsAsync(others);
            await host.Api.PostAsync("/logout/everywhere", ones);
            Assert.False(await AcceptsAsync(ones), $"'{one}' is logged out and accepted.");
            Assert.Equal(before, await AcceptsAsync(others));
            var query = $"/revocations?iss={Uri.EscapeDataString(TokenMint.Issuer)}&sub={Uri.EscapeDataString(one)}";
            var shown = JsonNode.Parse(await (await host.Api.GetAsync(query, Admin())).Content.ReadAsStringAsync())!;
            Assert.Equal(one, (string?)shown["sub"]);
            Assert.NotNull(shown["cutoff"]);
        });

        void Later(JsonObject claims) => claims["iat"] = Mint.Now;
    }

    private static string Alike(Random random, string text) => random.Next(8) switch
    {
        0 => text + " ",
        1 => text.ToUpperInvariant(),
        2 => Uri.EscapeDataString(text),
        3 => text.Normalize(NormalizationForm.FormD) is var apart && apart != text ? apart : text.Normalize(NormalizationForm.FormC),
        4 => text + "\0",
        5 => text + "|",
        6 => text + "\u200b",
        _ => "/" + text,
    };

    private static RawRequest Mutate(Random random, RawRequest request)
    {
        var at = random.Next(request.Headers.Count + 2);
        if (at < request.Headers.Count)
        {
            var header = Encoding.Latin1.GetString(Fuzz.Mutate(random, Encoding.UTF8.GetBytes(request.Headers[at]), Splices));
            return request with { Headers = [.. request.Headers.Take(at), header, .. request.Headers.Skip(at + 1)] };
        }

        if (at == request.Headers.Count)
            return request.With(Encoding.Latin1.GetString(Fuzz.Mutate(random, "X-Forwarded-Uri: /health/live"u8, Splices)));
        return request with { Target = Encoding.Latin1.GetString(Fuzz.Mutate(random, Encoding.UTF8.GetBytes(request.Target), Splices)) };
    }

    private List<RawRequest> Bodies(string admin)
    {
        var token = Mint.Token(_victim, claims => (claims["client_id"], claims["sid"]) = (OAuthHost.App.Id, "s"));
        var logout = Mint.Claims(_victim);
        (logout["aud"], logout["events"]) =
            (EventHost.Audience, new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() });
        var logoutToken = Mint.Hs256(logout, Mint.Secret, new JsonObject { ["alg"] = "HS256", ["typ"] = "logout+jwt" });
        var basic = "Authorization: " + OAuthHost.App.Basic;
        return
        [
            Surfaces.Form("/oauth/revoke", $"token={token}&token_type_hint=access_token").With(basic),
            Surfaces.Form("/oauth/introspect", $"token={token}").With(basic),
            Surfaces.Form("/oauth/revoke", $"token={token}&client_id=app&client_secret={WebUtility.UrlEncode(OAuthHost.App.Secret)}"),
            Surfaces.Form("/events/backchannel-logout", "logout_token=" + logoutToken),
            Surfaces.Form("/sign-in", "token=" + token),
            new("POST", "/events/sets", ["Content-Type: application/secevent+jwt"], Encoding.ASCII.GetBytes(logoutToken)),
            Json("/logout", """{"scope":"others"}""", token),
            Json("/revocations", $$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{_victim}}","session":{"sid":"s"},"reason":"lost"}""", admin),
            Json("/revocations", $$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{_victim}}","token":{"jti":"j"} }""", admin),
            Json("/revocations", $$"""{"iss":"{{TokenMint.Issuer}}","sub":"{{_victim}}","everything":true,"before":1700000000}""", admin),
            Json("/revocations", $$"""{"iss":"{{TokenMint.Issuer}}","client_id":"{{_victim}}","everything":true}""", admin),
        ];
    }

    private static RawRequest Json(string path, string json, string token) =>
        new("POST", path, ["Content-Type: application/json", "Authorization: Bearer " + token], Encoding.UTF8.GetBytes(json));

    private string Admin() => Mint.Token("root-" + _victim, claims => claims["scope"] = "curfew:admin");

    private async Task<bool> AcceptsAsync(string token) => (await host.Api.GetAsync("/me", token)).StatusCode == HttpStatusCode.OK;

    private async Task<RawRequest.Answer> SendAsync(RawRequest request)
    {
        var answer = await request.SendAsync(host.Port);
        Assert.True(
            answer.Status is < 500 or 505,
            $"{answer.Text}\n\nto\n\n{Encoding.Latin1.GetString(request.ToBytes())}");
        return answer;
    }

    private static void Count(Dictionary<int, int> statuses, RawRequest.Answer answer) =>
        statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;

    private static string Describe(Dictionary<int, int> statuses) =>
        string.Join(", ", statuses.Select(pair => $"{pair.Key}: {pair.Value}"));
}
