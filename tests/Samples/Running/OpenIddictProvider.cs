using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Curfew.Bench.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;

namespace Curfew.Samples.Tests.Running;

/// <summary>OpenIddict's own server, with discovery and keys, that gives a token to whoever asks.</summary>
public sealed class OpenIddictProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OpenIddictProvider()
    {
        Url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Url.ToString());
        builder.Logging.ClearProviders();
        builder.Services.AddOpenIddict().AddServer(options =>
        {
            options.EnableDegradedMode().SetIssuer(Url).SetTokenEndpointUris("token").AllowClientCredentialsFlow();
            options.AddEphemeralSigningKey().AddEphemeralEncryptionKey().DisableAccessTokenEncryption();
            options.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(handler =>
                handler.UseInlineHandler(_ => ValueTask.CompletedTask));
            options.AddEventHandler<OpenIddictServerEvents.HandleTokenRequestContext>(handler =>
                handler.UseInlineHandler(context =>
                {
                    var identity = new ClaimsIdentity("test");
                    identity.SetClaim(OpenIddictConstants.Claims.Subject, context.ClientId).SetAudiences("orders");
                    context.SignIn(new ClaimsPrincipal(identity));
                    return ValueTask.CompletedTask;
                }));
            options.UseAspNetCore().DisableTransportSecurityRequirement();
        });
        _app = builder.Build();
        _app.UseAuthentication();
    }

    public Uri Url { get; }

    public static async Task<OpenIddictProvider> StartAsync()
    {
        var provider = new OpenIddictProvider();
        await provider._app.StartAsync();
        return provider;
    }

    public async Task<string> TokenAsync(string client)
    {
        using var http = new HttpClient { BaseAddress = Url };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = "any",
        });
        using var answer = await http.PostAsync(new Uri("token", UriKind.Relative), form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
