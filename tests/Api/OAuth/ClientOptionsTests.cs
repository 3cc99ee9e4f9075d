using Curfew.Api.OAuth;

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
                new() { ClientId = "app", SecretSha256 = Hash },
                new() { ClientId = "app", SecretSha256 = Hash.ToUpperInvariant() },
                new() { SecretSha256 = Hash },
                new() { ClientId = "plain", SecretSha256 = plain },
                new() { ClientId = "no hash" },
                new() { ClientId = "no hex", SecretSha256 = Hash[..^1] + "g" },
                new() { ClientId = "nothing", SecretSha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
            },
        };
        var failures = new OAuthClientOptionsValidator().Validate(null, options).Failures!.ToList();
        Assert.Equal(6, failures.Count);
        for (var i = 1; i <= 6; i++)
            Assert.Single(failures, failure => failure.StartsWith($"Curfew:Clients:{i}:", StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure.Contains(plain, StringComparison.Ordinal));
    }

    [Fact]
    public void RightClientsOrNone_NoError()
    {
        var validator = new OAuthClientOptionsValidator();
        Assert.True(validator.Validate(null, new()).Succeeded);
        Assert.True(validator.Validate(null, new() { Clients = { new() { ClientId = "é 1", SecretSha256 = Hash } } }).Succeeded);
    }
}
