using Curfew.Authentication;
using Curfew.Authentication.Bearer;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Bench.Micro;

/// <summary>A scheme's token handler without a server around it, for tokens of one key.</summary>
internal static class LoneHandler
{
    public static BearerTokenHandler Of(SecurityKey key, CurfewBearerOptions curfew)
    {
        var options = new JwtBearerOptions
        {
            TokenValidationParameters = { ValidIssuer = SignedTokens.Issuer, ValidAudience = SignedTokens.Audience },
        };
        curfew.SigningKeys.Add(new IssuerSigningKey(SignedTokens.Issuer, key));
        return new BearerTokenHandler(
            options, curfew, () => new RevocationLimits(), new JsonWebTokenHandler { MapInboundClaims = false },
            () => ConfiguredKeys.Read(options, curfew, new ConfigurationBuilder().Build()), TimeProvider.System, NullLogger.Instance);
    }
}
