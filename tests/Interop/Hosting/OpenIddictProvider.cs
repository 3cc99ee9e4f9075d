using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Curfew.Interop.Tests.Hosting;

/// <summary>OpenIddict's server over real HTTP: discovery, keys and a token endpoint. Started again, it has another key.</summary>
internal sealed class OpenIddictProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OpenIddictProvider(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/";

    /// <param name="kid">The name of its signing key, which is new.</param>
    public static async Task<OpenIddictProvider> StartAsync(string kid, int? port = null)
    {
        var at = port ?? ApiProcess.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{at}");
        builder.Logging.ClearProviders();
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            // Its store of clients and tokens is of no interest here.
            server.EnableDegradedMode();
            server.SetTokenEndpointUris("connect/token");
            server.AllowPasswordFlow();
            server.RegisterScopes("read");
            server.AddSigningKey(new RsaSecurityKey(RSA.Create(2048)) { KeyId = kid });
            server.AddEphemeralEncryptionKey();
            server.DisableAccessTokenEncryption();
            server.SetAccessTokenLifetime(TimeSpan.FromMinutes(10));
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(_ => default));
            server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(SignIn));
        });
        var app = builder.Build();
        await app.StartAsync();
        return new OpenIddictProvider(app, at);
    }

    /// <summary>Signs a user in by the password grant and gives the access token.</summary>
    public async Task<string> TokenAsync(string user, string client)
    {
        using var http = new HttpClient();
        var answer = await http.PostAsync(Url + "connect/token", new FormUrlEncodedContent(
        [
            new("grant_type", "password"), new("username", user), new("password", "any"), new("client_id", client), new("scope", "read"),
        ]));
        var text = await answer.Content.ReadFromJsonAsync<JsonObject>();
        return (string?)text!["access_token"] ?? throw new InvalidOperationException(text.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static ValueTask SignIn(HandleTokenRequestContext context)
    {
        var identity = new ClaimsIdentity("password");
        identity.SetClaim(Claims.Subject, context.Request.Username);
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(context.Request.GetScopes());
        principal.SetResources("api");
        context.Principal = principal;
        return default;
    }
}
