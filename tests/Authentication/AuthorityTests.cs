using System.Diagnostics;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication.Tests;

/// <summary>Keys from an authority: bound to it, had by one request at a time, and 503 while they can't be had.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private IdentityProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await IdentityProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task An_authoritys_tokens_are_accepted_until_logged_out_beside_configured_issuers()
    {
        await using var app = await StartAsync();
        var token = _provider.Token(app.Mint);
        (await app.GetAsync("/me", token)).AssertAccepted();
        (await app.GetAsync("/me", app.Mint.Token())).AssertAccepted();
        (await app.LogOutAsync(token)).AssertAccepted();
        (await app.GetAsync("/me", token)).AssertRefused("revoked");
        Assert.Equal(2, _provider.Requests);
    }

    [Fact]
    public async Task An_authoritys_keys_vouch_for_its_own_issuer_only()
    {
        await using var app = await StartAsync();
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        (await app.GetAsync("/me", _provider.Token(app.Mint, TokenMint.Issuer))).AssertRefused("invalid");
        (await app.GetAsync("/me", _provider.Token(app.Mint, _provider.Url + "/"))).AssertRefused("invalid");
        (await app.GetAsync("/me", app.Mint.Hs256(app.Mint.Claims(issuer: _provider.Url), app.Mint.Secret))).AssertRefused("invalid");

        // What is published is no secret: neither its symmetric key nor the RSA key's bytes sign anything.
        var header = new JsonObject { ["alg"] = "HS256", ["kid"] = "shared" };
        (await app.GetAsync("/me", app.Mint.Hs256(app.Mint.Claims(issuer: _provider.Url), _provider.Published, header))).AssertRefused("invalid");
        header = new JsonObject { ["alg"] = "HS256", ["kid"] = _provider.Kid };
        foreach (var secret in new[] { _provider.Key.ExportSubjectPublicKeyInfo(), _provider.Key.ExportRSAPublicKey() })
        {
            (await app.GetAsync("/me", app.Mint.Hs256(
                app.Mint.Claims(issuer: _provider.Url), secret, (JsonObject)header.DeepClone()))).AssertRefused("invalid");
        }
    }

    [Fact]
    public async Task An_authority_that_is_down_at_the_start_is_503_until_it_is_back()
    {
        _provider.IsDown = true;
        await using var app = await StartAsync();
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertUnknown();
        (await app.GetAsync("/me", app.Mint.Token())).AssertAccepted();
        (await app.GetAsync("/me", "x")).AssertRefused("invalid");

        _provider.IsDown = false;
        app.Time.Advance(TimeSpan.FromSeconds(2));
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
    }

    [Fact]
    public async Task An_authority_that_hangs_holds_no_request_for_long_and_is_asked_once()
    {
        _provider.Hang();
        await using var app = await StartAsync(patience: 300);
        var started = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.GetAsync("/me", _provider.Token(app.Mint))));
        Assert.All(answers, answer => answer.AssertUnknown());
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), $"It took {started.Elapsed}.");
        Assert.Equal(1, _provider.Requests);

        _provider.GoOn();
        for (var i = 0; i < 20 && _provider.Requests < 2; i++)
            await app.GetAsync("/me", _provider.Token(app.Mint));
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        Assert.Equal(2, _provider.Requests);
    }

    [Theory]
    [InlineData("second")]
    [InlineData("first")]
    public async Task A_rotated_key_is_taken_up_and_the_old_one_is_refused_from_then_on(string kid)
    {
        await using var app = await StartAsync();
        var old = _provider.Token(app.Mint);
        (await app.GetAsync("/me", old)).AssertAccepted();

        _provider.Rotate(kid);
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        (await app.GetAsync("/me", old)).AssertRefused("invalid");
    }

    [Fact]
    public async Task A_flood_of_forged_tokens_does_not_flood_the_authority()
    {
        await using var app = await StartAsync();
        var forger = await IdentityProvider.StartAsync();
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        forger.Rotate("forged");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
            (await app.GetAsync("/me", forger.Token(app.Mint, _provider.Url))).AssertRefused("invalid")));
        Assert.True(_provider.Requests <= 4, $"{_provider.Requests} requests");
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        await forger.DisposeAsync();
    }

    private Task<GuardedApp> StartAsync(int patience = 10_000) => GuardedApp.StartAsync(
        (builder, _) => builder.Services.Configure<CurfewBearerOptions>(
            "Bearer", options => options.KeysTimeout = TimeSpan.FromMilliseconds(patience)),
        settings: (settings, _) =>
        {
            settings["Authentication:Schemes:Bearer:Authority"] = _provider.Url;
            settings["Authentication:Schemes:Bearer:RequireHttpsMetadata"] = "false";
        });
}
