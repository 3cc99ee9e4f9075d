using System.Text.Json.Nodes;

namespace Curfew.Api.Tests.Hostile;

/// <summary>
/// G2 and G6 at every place where a token is presented: no other text or signature of a revoked token is accepted anywhere. Each
/// place is seen to accept the token first. Seen red with unused base64 bits let through, where there is no <c>jti</c>, and with
/// a second <c>jti</c> let through.
/// </summary>
public sealed class TokenVariantTests(HostileHost host) : IClassFixture<HostileHost>, IDisposable
{
    public void Dispose() => host.Api.Log.TakeClean();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Spellings_OfARevokedToken_AreAcceptedNowhere(bool jti)
    {
        var claims = Claims();
        if (!jti)
            claims.Remove("jti");
        var token = host.Api.Mint.Hs256(claims, host.Api.Mint.Secret);
        await AssertAcceptedEverywhereAsync(token);
        await host.LogOutAsync(token);
        await AssertAcceptedNowhereAsync(TokenVariants.OfText(token));
    }

    [Fact]
    public async Task TokensOfTheSameJti_AreAcceptedNowhereOnceItIsRevoked()
    {
        var claims = Claims();
        var variants = TokenVariants.OfIssuer(host.Api.Mint, claims).ToList();

        // Some are good tokens: else the revocation would have nothing to say.
        var good = 0;
        foreach (var variant in variants)
            good += await AcceptsAsync(host.Surfaces[0], variant) ? 1 : 0;
        Assert.InRange(good, 5, variants.Count - 5);
        await host.LogOutAsync(variants[0]);
        await AssertAcceptedNowhereAsync(variants);
    }

    [Fact]
    public async Task EcdsaSignatures_OfARevokedToken_AreAcceptedNowhere()
    {
        var claims = Claims(HostileHost.EcIssuer);
        claims.Remove("jti");
        var token = host.EcToken(claims);
        var again = host.EcToken((JsonObject)claims.DeepClone());
        Assert.NotEqual(token, again);
        string[] variants = [TokenVariants.Malleated(token), again, TokenVariants.Malleated(again), TokenVariants.InDer(token)];

        // True signatures, but for the last.
        foreach (var variant in variants[..^1])
            Assert.True(await AcceptsAsync(host.Surfaces[0], variant));
        await host.LogOutAsync(token);
        await AssertAcceptedNowhereAsync(variants);
    }

    private JsonObject Claims(string issuer = "https://one.test/")
    {
        var claims = host.Api.Mint.Claims("user-" + Guid.NewGuid().ToString("N"), issuer);
        claims["scope"] = "curfew:admin";
        return claims;
    }

    private async Task<bool> AcceptsAsync(Surface surface, string token) =>
        surface.Accepts(await surface.Request(token).SendAsync(host.Port));

    private async Task AssertAcceptedEverywhereAsync(string token)
    {
        foreach (var surface in host.Surfaces)
        {
            var answer = await surface.Request(token).SendAsync(host.Port);
            Assert.True(surface.Accepts(answer), $"{surface}: {answer.Text}");
        }
    }

    private async Task AssertAcceptedNowhereAsync(IEnumerable<string> tokens)
    {
        foreach (var token in tokens)
        {
            foreach (var surface in host.Surfaces)
            {
                var answer = await surface.Request(token).SendAsync(host.Port);
                Assert.False(surface.Accepts(answer), $"{surface} accepts {token}");
                Assert.True(answer.Status is > 0 and < 500, $"{surface} answers {answer.Text} to {token}");
            }
        }
    }
}
