// The usual denylist (b): one Redis key per user, with the user's logged-out tokens as a JSON list.

using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
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
            var userId = context.Principal!.FindFirstValue(ClaimTypes.NameIdentifier);
            if ((await RevokedTokensAsync(userId)).Contains(token))
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
    var userId = http.User.FindFirstValue(ClaimTypes.NameIdentifier);

    var tokens = await RevokedTokensAsync(userId);
    tokens.Add(token);
    await redis.StringSetAsync($"revoked:{userId}", JsonSerializer.Serialize(tokens), jwt.ValidTo - DateTime.UtcNow);
    return Results.Ok(new { message = "Logged out" });
}).RequireAuthorization();

app.Run();

async Task<List<string>> RevokedTokensAsync(string? userId)
{
    var json = await redis.StringGetAsync($"revoked:{userId}");
    return json.HasValue ? JsonSerializer.Deserialize<List<string>>(json.ToString())! : [];
}
