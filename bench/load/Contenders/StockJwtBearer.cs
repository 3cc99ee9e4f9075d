using System.Security.Claims;
using Curfew.Bench.Load.Workload;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Bench.Load.Contenders;

/// <summary>AddJwtBearer as it comes: every signature checked, no revocation.</summary>
internal class StockJwtBearer(string algorithm) : AspNetContender
{
    public override string Name => $"jwtbearer-{algorithm.ToLowerInvariant()}";

    public override TokenMix Tokens => new(algorithm);

    protected override void AddServices(WebApplicationBuilder builder, IssuerKeys keys)
    {
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = IssuedTokens.Issuer,
                ValidAudience = IssuedTokens.Audience,
                IssuerSigningKey = keys.For(algorithm).Key,
            };
            Configure(builder, options);
        });
        builder.Services.AddAuthorization();
    }

    protected virtual void Configure(WebApplicationBuilder builder, JwtBearerOptions options)
    {
    }

    protected override Task MapAsync(WebApplication app)
    {
        app.MapGet("/me", (ClaimsPrincipal user) => Me.Of(user)).RequireAuthorization();
        return Task.CompletedTask;
    }
}
