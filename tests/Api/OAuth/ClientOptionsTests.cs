using Curfew.Api.OAuth;
using Microsoft.Extensions.Configuration;

namespace Curfew.Api.Tests.OAuth;

/// <summary>Seen red with the second error hidden by the first.</summary>
public sealed class ClientOptionsTests
{
    private const string Hash = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

    [Fact]
    public void WrongClients_AllErrorsAtOnceAndNoSecretInThem()
    {
        const string plain = "somebody put the secret itself here";
        var options = new OAuthClientOptions
        {
            Clients =
            {
                new() { ClientId = "app", MayRevokeAny = true, SecretSha256 = Hash },
                new() { ClientId = "app", MayRevokeAny = true, SecretSha256 = Hash.ToUpperInvariant() },
                new() { Issuer = "https://two.test/", SecretSha256 = Hash },
                new() { ClientId = "plain", Issuer = "https://one.test", SecretSha256 = plain },
                new() { ClientId = "no hash", Issuer = "https://one.test/" },
                new() { ClientId = "no hex", Issuer = "https://one.test/", SecretSha256 = Hash[..^1] + "g" },
                new() { ClientId = "nothing", Issuer = "https://one.test/", SecretSha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
                new() { ClientId = "whose", SecretSha256 = Hash },
                new() { ClientId = "typo", Issuer = "https://typo.test/", SecretSha256 = Hash },
            },
        };
        var failures = Validator("https://one.test").Validate(null, options).Failures!.ToList();
        Assert.Equal(8, failures.Count);
        for (var i = 1; i <= 8; i++)
            Assert.Single(failures, failure => failure.StartsWith($"Curfew:Clients:{i}:", StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure.Contains(plain, StringComparison.Ordinal));
    }

    [Fact]
    public void RightClientsOrNone_NoError()
    {
        var validator = Validator();
        Assert.True(validator.Validate(null, new()).Succeeded);
        Assert.True(validator.Validate(null, new() { Clients = { new() { ClientId = "é 1", Issuer = "https://one.test/", SecretSha256 = Hash } } }).Succeeded);
    }

    // Two issuers, one of them an authority: it may be named with or without the slash at its end.
    private static OAuthClientOptionsValidator Validator(string authority = "https://auth.test") =>
        new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Authentication:Schemes:Bearer:Authority"] = authority,
            ["Authentication:Schemes:Bearer:ValidIssuers:0"] = "https://one.test/",
            ["Authentication:Schemes:Bearer:ValidIssuers:1"] = "https://two.test/",
        }).Build());
}
