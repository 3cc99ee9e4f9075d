using System.Net;
using Curfew.Authentication;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Bench.Harness;
using Curfew.Grains;
using Curfew.Samples.Tests.Running;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenIddict.Validation.AspNetCore;
using Orleans.Storage;

namespace Curfew.Samples.Tests;

/// <summary>
/// OpenIddict's validation, checked by <c>ForScheme</c>, while nobody can tell what was revoked (G5): 503, though OpenIddict itself
/// finds nothing wrong with the token. Seen red (403, OpenIddict's own answer) without the answer in CheckedAuthentication,
/// and with an unknown verdict taken for a good one.
/// </summary>
public sealed class OpenIddictOutageTests
{
    private const string Scheme = OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme;

    [Fact]
    public async Task Unknown_Is503UntilItIsKnownAgain()
    {
        var folder = Directory.CreateTempSubdirectory("curfew-openiddict-");
        await using var provider = await OpenIddictProvider.StartAsync();
        await using (var app = Build(provider.Url, folder.FullName))
        {
            await app.StartAsync();
            var storage = (BreakableStorage)app.Services.GetRequiredKeyedService<IGrainStorage>(GrainHostingExtensions.StorageName);
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            var (acme, another) = (await provider.TokenAsync("acme"), await provider.TokenAsync("another"));
            await client.AssertStatusAsync(200, "/orders", acme);

            storage.IsDown = true;
            foreach (var (method, path) in new[] { (HttpMethod.Get, "/orders"), (HttpMethod.Post, "/logout") })
            {
                using var unknown = await client.SendWithAsync(method, path, another);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
                Assert.NotNull(unknown.Headers.RetryAfter);
            }

            storage.IsDown = false;
            await client.AssertStatusAsync(200, "/orders", another);
            await client.LogOutAsync(another);
            await client.AssertStatusAsync(401, "/orders", another);
        }

        folder.Delete(recursive: true);
    }

    private static WebApplication Build(Uri issuer, string data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Loopback.FreePort()}");
        builder.Logging.ClearProviders();

        // Each check asks the user's grain, which reads its storage when it is first asked.
        builder.AddCurfewEmbedded(data, consistency: Consistency.Strict);
        var storage = builder.Services.Last(service =>
            service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, GrainHostingExtensions.StorageName));
        builder.Services.AddKeyedSingleton<IGrainStorage>(GrainHostingExtensions.StorageName, (provider, key) =>
            new BreakableStorage((IGrainStorage)storage.KeyedImplementationFactory!(provider, key)));
        builder.Services.AddOpenIddict().AddValidation(options =>
        {
            options.SetIssuer(issuer);
            options.AddAudiences("orders");
            options.UseSystemNetHttp();
            options.UseAspNetCore();
        });
        builder.Services.AddCurfew().ForScheme(Scheme);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        var partners = new AuthorizeAttribute { AuthenticationSchemes = Scheme };
        app.MapGet("/orders", (HttpContext context) => context.GetTokenIdentity()!.User.Subject).RequireAuthorization(partners);
        app.MapCurfewLogout().RequireAuthorization(partners);
        return app;
    }
}
