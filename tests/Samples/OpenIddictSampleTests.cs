using Curfew.Samples.Tests.Running;

namespace Curfew.Samples.Tests;

/// <summary>samples/OpenIddict as a process, with tokens of OpenIddict's own server.</summary>
public sealed class OpenIddictSampleTests
{
    // Seen red without ForScheme, and with the scheme's own answer to a refusal (OpenIddict's: 403).
    [Fact]
    public async Task Both_schemes_refuse_what_was_logged_out()
    {
        var issuer = new Issuer();
        await using var provider = await OpenIddictProvider.StartAsync();
        await using var app = await RunningProject.StartAsync(
            "samples/OpenIddict", "Sample.OpenIddict", issuer.Settings,
            [("Partners__Issuer", provider.Url.ToString()), ("ASPNETCORE_ENVIRONMENT", "Development")]);
        var partner = await provider.TokenAsync("acme");
        var other = await provider.TokenAsync("acme");
        var user = issuer.Token("alice");

        using (var orders = await app.SendAsync(HttpMethod.Get, "/partners/orders", partner))
            Assert.Equal("Orders of acme", await orders.Content.ReadAsStringAsync());
        await app.Client.AssertStatusAsync(200, "/orders", user);

        // A scheme accepts its own issuer's tokens only.
        await app.Client.AssertStatusAsync(401, "/orders", partner);
        await app.Client.AssertStatusAsync(401, "/partners/orders", user);

        await app.Client.LogOutAsync(partner, "/partners/logout");
        using (var refused = await app.SendAsync(HttpMethod.Get, "/partners/orders", partner))
        {
            // OpenIddict, which knows nothing wrong with the token, would say 403.
            Assert.Equal(401, (int)refused.StatusCode);
            Assert.Contains("revoked", Assert.Single(refused.Headers.WwwAuthenticate).Parameter!, StringComparison.Ordinal);
        }

        await app.Client.AssertStatusAsync(200, "/partners/orders", other);

        await app.Client.LogOutAsync(user);
        await app.Client.AssertStatusAsync(401, "/orders", user);
    }
}
