using System.Security.Cryptography;
using Curfew.Authentication.Bearer;
using Curfew.Authentication.Remembered;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Tests.Hosting;

/// <summary>A scheme's token handler without an app around it, with an HS256 issuer: for memory and races.</summary>
internal sealed class LoneHandler
{
    private readonly BearerTokenHandler _handler;

    public LoneHandler(long bytes)
    {
        Mint = new TokenMint(Time);
        var options = new JwtBearerOptions
        {
            TokenValidationParameters = { ValidIssuer = TokenMint.Issuer, ValidAudience = TokenMint.Audience },
            MapInboundClaims = false,
        };
        var curfew = new CurfewBearerOptions { RememberedTokenBytes = bytes };
        curfew.SigningKeys.Add(new IssuerSigningKey(TokenMint.Issuer, new SymmetricSecurityKey(Mint.Secret)));
        _handler = new BearerTokenHandler(
            options, curfew, () => new RevocationLimits(), new JsonWebTokenHandler { MapInboundClaims = false },
            () => ConfiguredKeys.Read(options, curfew, new ConfigurationBuilder().Build()), Time, NullLogger.Instance);
        Assert.Empty(_handler.Errors);
    }

    public SteppedClock Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    public TokenMint Mint { get; }

    public RememberedTokens Remembered => _handler.Remembered!;

    public Task<TokenValidationResult> ValidateAsync(string token) => _handler.ValidateTokenAsync(token, new());

    /// <summary>A token as providers issue them: ten claims, all that can be of its own.</summary>
    public string Typical(int i)
    {
        var claims = Mint.Claims($"5e0c7a1e-8d41-4a5e-b2a0-{i:D12}");
        claims["sid"] = $"c0ffee00-8d41-4a5e-b2a0-{i:D12}";
        claims["client_id"] = "web";
        claims["azp"] = "web";
        claims["scope"] = "openid profile orders:read orders:write";

        // Not by the mint's own means, which keep what must not be logged.
        var signed = TokenMint.Part("""{"alg":"HS256","typ":"at+jwt","kid":"k1"}""") + "." + TokenMint.Part(claims.ToJsonString());
        return signed + "." + System.Buffers.Text.Base64Url.EncodeToString(
            HMACSHA256.HashData(Mint.Secret, System.Text.Encoding.ASCII.GetBytes(signed)));
    }
}
