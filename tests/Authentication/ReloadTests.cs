using System.Security.Cryptography;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Curfew.Authentication.Tests;

/// <summary>
/// A change of configuration holds from the next request on, remembered tokens included. Seen to fail, each of them, with
/// options that are kept when the configuration changes; the first two also with remembered tokens that are kept.
/// </summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private const string Scheme = "Authentication:Schemes:Bearer:";

    private GuardedApp _app = null!;

    public async Task InitializeAsync() => _app = await GuardedApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_key_that_was_rotated_out_is_refused_and_the_new_one_is_taken_up()
    {
        var old = _app.Mint.Token();
        (await _app.GetAsync("/me", old)).AssertAccepted();
        (await _app.GetAsync("/me", old)).AssertAccepted();
        var secret = RandomNumberGenerator.GetBytes(32);
        var next = _app.Mint.Hs256(_app.Mint.Claims(), secret);
        (await _app.GetAsync("/me", next)).AssertRefused("invalid");

        Change("SigningKeys:0:Value", Convert.ToBase64String(secret));
        (await _app.GetAsync("/me", old)).AssertRefused("invalid");
        (await _app.GetAsync("/me", next)).AssertAccepted();
        Assert.Equal(TokenStatus.Invalid, (await Verifier.VerifyAsync(old)).Status);
    }

    [Fact]
    public async Task An_audience_that_is_no_longer_valid_is_refused()
    {
        var token = _app.Mint.Token();
        (await _app.GetAsync("/me", token)).AssertAccepted();
        Change("ValidAudiences:0", "another");
        (await _app.GetAsync("/me", token)).AssertRefused("invalid");
    }

    [Theory]
    [InlineData("SigningKeys:0:Value", "not base64!")]
    [InlineData("ValidAudiences:0", "")]
    [InlineData("RequireHttpsMetadata", "perhaps")]
    [InlineData("Authority", "http://not-https.test/")]
    public async Task A_change_for_the_worse_is_503_and_logged_until_it_is_mended(string key, string value)
    {
        var token = _app.Mint.Token();
        (await _app.GetAsync("/me", token)).AssertAccepted();
        var before = _app.Services.GetRequiredService<IConfiguration>()[Scheme + key];

        Change(key, value);
        (await _app.GetAsync("/me", token)).AssertUnknown();
        (await _app.LogOutAsync(token)).AssertUnknown();
        (await _app.GetAsync("/me", null)).AssertAsksForToken();
        await Assert.ThrowsAsync<RevocationUnavailableException>(() => Verifier.VerifyAsync(token));
        var line = Assert.Single(_app.Log.Lines, line =>
            line is { Level: LogLevel.Error, Category: var category } && category.EndsWith("SchemeReload", StringComparison.Ordinal));
        Assert.DoesNotContain("not base64!", line.Text, StringComparison.Ordinal);

        Change(key, before);
        (await _app.GetAsync("/me", token)).AssertAccepted();
    }

    private TokenVerifier Verifier => _app.Services.GetRequiredService<TokenVerifier>();

    private void Change(string key, string? value)
    {
        var configuration = (IConfigurationRoot)_app.Services.GetRequiredService<IConfiguration>();
        configuration[Scheme + key] = value;
        configuration.Reload();
    }
}
