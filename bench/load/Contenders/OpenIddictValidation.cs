using System.Security.Claims;
using System.Text.Json;
using Curfew.Bench.Load.Workload;
using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using OpenIddict.Validation.AspNetCore;

namespace Curfew.Bench.Load.Contenders;

/// <summary>
/// OpenIddict's own answer to logout: its validation looks up the token's entry in its store (EF Core, a SQLite file)
/// on every request. The tokens come from its own server, in the same process, signed with RS256 and not encrypted,
/// like everyone else's.
/// </summary>
internal sealed class OpenIddictValidation : AspNetContender
{
    public override string Name => "openiddict-validation";

    public override async Task<RunningContender> StartAsync(IssuedTokens tokens, int port) =>
        await StartProcessAsync(tokens, port, [$"database={Path.Combine(tokens.Folder, "openiddict.db")}"]);

    public override async Task<string> SeenTokensAsync(IssuedTokens tokens, RunningContender running)
    {
        using var http = new HttpClient { BaseAddress = running.Address };
        var issued = new string[IssuedTokens.Users * IssuedTokens.TokensPerUser];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        await Parallel.ForAsync(0, issued.Length, parallel, async (index, cancellationToken) =>
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "password",
                ["username"] = $"user-{index % IssuedTokens.Users}",
                ["password"] = "any",
            });
            using var response = await http.PostAsync(new Uri("/token", UriKind.Relative), form, cancellationToken);
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            issued[index] = answer.GetProperty("access_token").GetString()!;
        });

        var file = Path.Combine(tokens.Folder, "openiddict.txt");
        await File.WriteAllLinesAsync(file, issued);
        return file;
    }

    protected override void AddServices(WebApplicationBuilder builder, IssuerKeys keys)
    {
        builder.Services.AddDbContext<DbContext>(options =>
            options.UseSqlite($"Data Source={builder.Configuration["database"]}").UseOpenIddict());

        builder.Services.AddOpenIddict()
            .AddCore(options => options.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(options =>
            {
                options.SetIssuer(new Uri(IssuedTokens.Issuer));
                options.SetTokenEndpointUris("token").AllowPasswordFlow().AcceptAnonymousClients();
                options.SetAccessTokenLifetime(IssuedTokens.Lifetime);
                options.AddSigningKey(keys.For(SecurityAlgorithms.RsaSha256).Key).AddEphemeralEncryptionKey();
                options.DisableAccessTokenEncryption();
                options.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
            })
            .AddValidation(options =>
            {
                options.UseLocalServer();
                options.EnableTokenEntryValidation();
                options.UseAspNetCore();
            });

        builder.Services.AddAuthentication(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
        builder.Services.AddAuthorization();
    }

    protected override async Task MapAsync(WebApplication app)
    {
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var database = scope.ServiceProvider.GetRequiredService<DbContext>().Database;
            await database.EnsureDeletedAsync();
            await database.EnsureCreatedAsync();
        }

        app.MapPost("/token", (HttpContext http) =>
        {
            var request = http.GetOpenIddictServerRequest()!;
            var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
            identity.SetClaim(OpenIddictConstants.Claims.Subject, request.Username);
            identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
            return Results.SignIn(
                new ClaimsPrincipal(identity),
                authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        });
        app.MapGet("/me", (ClaimsPrincipal user) => Me.Of(user)).RequireAuthorization();
    }
}
