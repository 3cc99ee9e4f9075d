using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication.Tests;

/// <summary>What an authority publishes reaches no further than its own users, and what can't be used is no crash and no yes.</summary>
public sealed class HostileAuthorityTests : IAsyncLifetime
{
    private IdentityProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await IdentityProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    // G6. An authority names its issuer itself. Seen red without the refusal in IssuerRules: its keys signed for the issuer whose
    // key is configured, whose tokens may be those of administrators.
    [Fact]
    public async Task An_authority_that_claims_the_name_of_a_configured_issuer_signs_nothing_of_it()
    {
        _provider.ClaimedIssuer = TokenMint.Issuer;
        await using var app = await StartAsync();
        var victim = app.Mint.Token();
        (await app.GetAsync("/me", _provider.Token(app.Mint, TokenMint.Issuer))).AssertRefused("invalid");
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertRefused("invalid");
        (await app.GetAsync("/me", victim)).AssertAccepted();
        Assert.Contains(app.Log.Lines, line => line.Text.Contains(TokenMint.Issuer + ", whose keys are configured here", StringComparison.Ordinal));
    }

    // Nor once it is trusted: the claim may come with any renewal.
    [Fact]
    public async Task An_authority_that_claims_it_later_signs_nothing_of_it_either()
    {
        await using var app = await StartAsync();
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        _provider.ClaimedIssuer = TokenMint.Issuer;
        _provider.Rotate("second");
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertRefused("invalid");
        (await app.GetAsync("/me", _provider.Token(app.Mint, TokenMint.Issuer))).AssertRefused("invalid");
        (await app.GetAsync("/me", app.Mint.Token())).AssertAccepted();
    }

    // Its own address is its own name: keys from before a move to discovery may stand beside those that it publishes.
    [Fact]
    public async Task An_authority_whose_own_issuer_has_a_configured_key_too_keeps_both()
    {
        using var old = RSA.Create(2048);
        await using var app = await StartAsync(options =>
            options.SigningKeys.Add(new IssuerSigningKey(_provider.Url, new Microsoft.IdentityModel.Tokens.RsaSecurityKey(old.ExportParameters(false)))));
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        var byOldKey = app.Mint.Sign(
            new JsonObject { ["alg"] = "RS256", ["typ"] = "at+jwt" }, app.Mint.Claims(issuer: _provider.Url),
            bytes => old.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        (await app.GetAsync("/me", byOldKey)).AssertAccepted();
    }

    // What is no key set at all leaves the issuer unknown (503); what is one without a usable key verifies nothing (401). Both go
    // on by themselves once the authority is in order. Seen red for the short keys without their check, and for the sets without any
    // key while a token whose algorithm no key fits didn't make the authority be asked again: 401 for twelve hours.
    [Theory]
    [InlineData("text", 503)]
    [InlineData("nothing", 503)]
    [InlineData("array", 503)]
    [InlineData("11 MB", 503)]
    [InlineData("no keys", 401)]
    [InlineData("symmetric alone", 401)]
    [InlineData("for encryption", 401)]
    [InlineData("short", 401)]
    [InlineData("another kind under its name", 401)]
    [InlineData("certificate that is none", 401)]
    [InlineData("one name for several", 401)]
    public async Task A_key_set_that_is_of_no_use_accepts_nothing_until_it_is_repaired(string what, int status)
    {
        if (what == "short")
            _provider.Use(RSA.Create(1024));
        _provider.Jwks = key => Publish(what, key);

        // Where the set doesn't change, a renewal is waited for as long as that.
        await using var app = await StartAsync(options => options.KeysTimeout = TimeSpan.FromSeconds(2));
        Assert.Equal(status, await StatusAsync(app));
        (await app.GetAsync("/me", app.Mint.Token())).AssertAccepted();

        _provider.Jwks = null;
        if (what == "short")
            _provider.Rotate("long");
        await AcceptedAgainAsync(app);
    }

    // Where it is known, a machine that is busy with other things may need longer to hear it.
    private async Task<int> StatusAsync(GuardedApp app)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var answer = await app.GetAsync("/me", _provider.Token(app.Mint));
            if ((int)answer.StatusCode != 503 || attempt == 10)
                return (int)answer.StatusCode;
            app.Time.Advance(TimeSpan.FromSeconds(2));
        }
    }

    // The source asks no more than once in its interval, by the machine's own clock.
    private async Task AcceptedAgainAsync(GuardedApp app)
    {
        for (var attempt = 0; ; attempt++)
        {
            app.Time.Advance(TimeSpan.FromSeconds(2));
            using var answer = await app.GetAsync("/me", _provider.Token(app.Mint));
            if (answer.StatusCode == System.Net.HttpStatusCode.OK)
                return;
            Assert.True(attempt < 100, $"{answer.StatusCode} still.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    // Careless, and no reason to refuse: the right key is among them.
    [Theory]
    [InlineData("200 others")]
    [InlineData("unnamed")]
    public async Task A_key_set_with_the_right_key_somewhere_in_it_verifies(string what)
    {
        _provider.Jwks = key => Publish(what, key);
        await using var app = await StartAsync();
        (await app.GetAsync("/me", _provider.Token(app.Mint))).AssertAccepted();
        (await app.GetAsync("/me", _provider.Token(app.Mint, TokenMint.Issuer))).AssertRefused("invalid");
    }

    private static string Publish(string what, JsonObject key) => what switch
    {
        "text" => "<html>Service Unavailable</html>",
        "nothing" => "",
        "array" => "[]",
        "11 MB" => Set(key)[..^1] + ",\"x\":\"" + new string('x', 11 << 20) + "\"}",
        "no keys" => Set(),
        "symmetric alone" => Set(new JsonObject { ["kty"] = "oct", ["kid"] = Name(key), ["k"] = new string('A', 43) }),
        "for encryption" => Set(With(key, "use", "enc")),
        "short" => Set(key),
        "another kind under its name" => Set(new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["kid"] = Name(key),
            ["x"] = (string)key["n"]!,
            ["y"] = "AQ",
        }),
        "certificate that is none" => Set(new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = Name(key),
            ["x5c"] = new JsonArray("bm90IGEgY2VydGlmaWNhdGU="),
        }),
        "one name for several" => Set(With(Other(), "kid", Name(key)), key, With(Other(), "kid", Name(key))),
        "200 others" => Set([.. Enumerable.Repeat(Other(), 200).Select((other, i) => With(other, "kid", $"k{i}")), key]),
        "unnamed" => Set(With(key, "kid", null)),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    private static string Set(params JsonObject[] keys) =>
        new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) }.ToJsonString();

    private static JsonObject With(JsonObject key, string name, string? value)
    {
        var changed = (JsonObject)key.DeepClone();
        changed[name] = value;
        return changed;
    }

    private static JsonObject Other()
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    private static string Name(JsonObject key) => (string)key["kid"]!;

    private Task<GuardedApp> StartAsync(Action<CurfewBearerOptions>? configure = null) => GuardedApp.StartAsync(
        (builder, _) => builder.Services
            .Configure<JwtBearerOptions>("Bearer", options => options.RefreshInterval = TimeSpan.FromSeconds(1))
            .Configure<CurfewBearerOptions>("Bearer", options =>
            {
                options.KeysTimeout = TimeSpan.FromSeconds(10);
                configure?.Invoke(options);
            }),
        settings: (settings, _) =>
        {
            settings["Authentication:Schemes:Bearer:Authority"] = _provider.Url;
            settings["Authentication:Schemes:Bearer:RequireHttpsMetadata"] = "false";
        });
}
