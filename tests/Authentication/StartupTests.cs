using System.Security.Cryptography;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Tests;

/// <summary>A scheme that could accept nothing, or too much, doesn't start, and says why without telling a secret.</summary>
public sealed class StartupTests
{
    private const string Scheme = "Authentication:Schemes:Bearer:";

    [Theory]
    [InlineData("SigningKeys:0:Issuer", "", "Issuer")]
    [InlineData("SigningKeys:0:Value", "not base64!", "base64")]
    [InlineData("SigningKeys:0:Value", "c2hvcnQ=", "5 bytes")]
    [InlineData("SigningKeys:0:Value", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA==", "31 bytes")]
    [InlineData("SigningKeys:0:Length", "64", "Length")]
    [InlineData("ValidAudiences:0", null, "ValidAudience")]
    [InlineData("ValidateAudience", "false", "ValidateAudience")]
    public async Task A_wrong_setting_is_named(string key, string? value, string names)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => GuardedApp.StartAsync(settings: (settings, _) => settings[Scheme + key] = value));
        Assert.Contains(names, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not base64!", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scheme_without_any_key_does_not_start()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GuardedApp.StartAsync(
            settings: (settings, _) => settings.Keys.Where(key => key.Contains("SigningKeys", StringComparison.Ordinal)).ToList()
                .ForEach(key => settings.Remove(key))));
        Assert.Contains("no key", error.Message, StringComparison.Ordinal);
    }

    // In code no setting is there to be looked at. Seen red without the check of the key itself.
    [Fact]
    public async Task A_short_secret_given_in_code_is_refused()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GuardedApp.StartAsync((builder, _) =>
            builder.Services.Configure<CurfewBearerOptions>(
                "Bearer", options => options.SigningKeys.Add(new IssuerSigningKey("https://short.test/", new SymmetricSecurityKey(new byte[31]))))));
        Assert.Contains("https://short.test/ is 31 bytes", error.Message, StringComparison.Ordinal);
    }

    // Seen red without the check: it started, and the library verifies with 1024 bits.
    [Fact]
    public async Task A_short_RSA_key_is_refused()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GuardedApp.StartAsync((builder, _) =>
            builder.Services.Configure<CurfewBearerOptions>(
                "Bearer", options => options.SigningKeys.Add(new IssuerSigningKey("https://short.test/", new RsaSecurityKey(RSA.Create(1024)))))));
        Assert.Contains("https://short.test/ is 1024 bits", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Loopholes => new("key of nobody", "resolver", "signature", "issuer", "reader");

    [Theory]
    [MemberData(nameof(Loopholes))]
    public async Task What_would_skip_the_verification_is_refused(string loophole) =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => GuardedApp.StartAsync((builder, _) =>
            builder.Services.PostConfigure<JwtBearerOptions>("Bearer", options => Open(options.TokenValidationParameters, loophole))));

    [Fact]
    public async Task A_scheme_that_is_not_there_is_named()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => GuardedApp.StartAsync(
            (builder, _) => builder.Services.AddAuthentication().AddCurfew("Missing")));
        Assert.Contains("Missing", error.Message, StringComparison.Ordinal);
    }

    private static void Open(TokenValidationParameters parameters, string loophole)
    {
        switch (loophole)
        {
            case "key of nobody":
                parameters.IssuerSigningKey = new RsaSecurityKey(RSA.Create(2048));
                break;
            case "resolver":
                parameters.IssuerSigningKeyResolver = (_, _, _, _) => [];
                break;
            case "signature":
                parameters.SignatureValidator = (_, _) => null!;
                break;
            case "issuer":
                parameters.IssuerValidator = (issuer, _, _) => issuer;
                break;
            case "reader":
                parameters.TokenReader = (_, _) => null!;
                break;
        }
    }
}
