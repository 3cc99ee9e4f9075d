using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Curfew.Authentication.Bearer;
using Curfew.Authentication.Tests.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Tests;

/// <summary>
/// Which algorithms a key allows. The library beneath refuses HMAC with a public key and leaves symmetric keys out of a key set, too,
/// so that over HTTP these tests would stay green without the rules of ours: they are tested where the library doesn't help.
/// </summary>
public sealed class AlgorithmsTests
{
    // Red when HMAC is allowed whatever the keys are, and when public-key algorithms are.
    [Fact]
    public void A_public_key_allows_no_HMAC_and_a_secret_nothing_else()
    {
        using var rsa = RSA.Create(2048);
        var publicKey = new RsaSecurityKey(rsa);
        var secret = new SymmetricSecurityKey(new byte[32]);
        Assert.All(Algorithms.AllowedBy([publicKey], null), name => Assert.False(name.StartsWith("HS", StringComparison.Ordinal), name));
        Assert.All(Algorithms.AllowedBy([secret], null), name => Assert.StartsWith("HS", name, StringComparison.Ordinal));
        Assert.All(
            Algorithms.AllowedBy([new JsonWebKey { Kty = "oct", K = "AAAA" }], null),
            name => Assert.StartsWith("HS", name, StringComparison.Ordinal));
        Assert.Empty(Algorithms.AllowedBy([publicKey], ["HS256", "none"]));
        Assert.Equal(["RS256"], Algorithms.AllowedBy([publicKey, secret], ["RS256", "none", "ES256K"]));
        Assert.DoesNotContain("none", Algorithms.AllowedBy([publicKey, secret], null));
    }

    // Whoever sets the configuration in code hands over keys that no reader of key sets has sorted out. Red when they are taken.
    [Fact]
    public async Task A_symmetric_key_of_an_authority_verifies_nothing()
    {
        using var rsa = RSA.Create(2048);
        var published = RandomNumberGenerator.GetBytes(32);
        var configuration = new OpenIdConnectConfiguration { Issuer = "https://authority.test/" };
        configuration.SigningKeys.Add(new RsaSecurityKey(rsa));
        configuration.SigningKeys.Add(new SymmetricSecurityKey(published));
        await using var app = await GuardedApp.StartAsync((builder, _) =>
            builder.Services.Configure<JwtBearerOptions>("Bearer", options => options.Configuration = configuration));
        var claims = app.Mint.Claims(issuer: configuration.Issuer);
        (await app.GetAsync("/me", app.Mint.Hs256(claims, published))).AssertRefused("invalid");
        (await app.GetAsync("/me", app.Mint.Sign(
            new JsonObject { ["alg"] = "RS256" }, (JsonObject)claims.DeepClone(),
            bytes => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))).AssertAccepted();
    }
}
