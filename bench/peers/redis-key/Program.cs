// The usual denylist (a): a Redis key per token.

using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StackExchange.Redis;

var builder = WebApplication.CreateBuilder(args);
var redis = ConnectionMultiplexer.Connect(builder.Configuration["Redis"]!).GetDatabase();

builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    options.TokenValidationParameters = new TokenValidationParameters
    {
        ValidIssuer = builder.Configuration["Jwt:Issuer"],
        ValidAudience = builder.Configuration["Jwt:Audience"],
        IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(builder.Configuration["Jwt:Secret"]!)),
    };
    options.Events = new JwtBearerEvents
    {
        OnTokenValidated = async context =>
        {
            var token = ((JsonWebToken)context.SecurityToken).EncodedToken;
            if (await redis.KeyExistsAsync($"blacklist:{token}"))
                context.Fail("The token is revoked.");
        },
    };
});
builder.Services.AddAuthorization();

var app = builder.Build();

app.MapGet("/me", (ClaimsPrincipal user) => new { sub = user.FindFirstValue(ClaimTypes.NameIdentifier) })
    .RequireAuthorization();

app.MapPost("/logout", async (HttpContext http) =>
{
    var token = http.Request.Headers.Authorization.ToString().Split(' ')[1];
    var jwt = new JwtSecurityTokenHandler().ReadJwtToken(token);
    await redis.StringSetAsync($"blacklist:{token}", "revoked", TimeSpan.FromSeconds(jwt.Payload.Expiration!.Value));
    return Results.Ok(new { message = "Logged out" });
}).RequireAuthorization();

app.Run();
