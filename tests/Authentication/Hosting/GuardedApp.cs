using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Curfew.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Curfew.Authentication.Tests.Hosting;

/// <summary>An API on a real Kestrel with grains in its process: what somebody's app with Curfew is.</summary>
public sealed class GuardedApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GuardedApp(WebApplication app, SteppedClock time, TokenMint mint, SecretWatch log)
    {
        _app = app;
        Time = time;
        Mint = mint;
        Log = log;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public SteppedClock Time { get; }

    public TokenMint Mint { get; }

    public SecretWatch Log { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public BreakableStorage Storage =>
        (BreakableStorage)_app.Services.GetRequiredKeyedService<IGrainStorage>(GrainHostingExtensions.StorageName);

    /// <summary>The standard section for the mint's two issuers, as <c>dotnet user-jwts</c> would write it.</summary>
    public static Dictionary<string, string?> Settings(TokenMint mint) => new()
    {
        ["Authentication:Schemes:Bearer:ValidIssuers:0"] = TokenMint.Issuer,
        ["Authentication:Schemes:Bearer:ValidIssuers:1"] = TokenMint.OtherIssuer,
        ["Authentication:Schemes:Bearer:ValidAudiences:0"] = TokenMint.Audience,
        ["Authentication:Schemes:Bearer:SigningKeys:0:Id"] = "k1",
        ["Authentication:Schemes:Bearer:SigningKeys:0:Issuer"] = TokenMint.Issuer,
        ["Authentication:Schemes:Bearer:SigningKeys:0:Value"] = Convert.ToBase64String(mint.Secret),
        ["Authentication:Schemes:Bearer:SigningKeys:0:Length"] = "32",
        ["Authentication:Schemes:Bearer:SigningKeys:1:Id"] = "k1",
        ["Authentication:Schemes:Bearer:SigningKeys:1:Issuer"] = TokenMint.OtherIssuer,
        ["Authentication:Schemes:Bearer:SigningKeys:1:Value"] = Convert.ToBase64String(mint.OtherSecret),
        ["Authentication:Schemes:Bearer:SigningKeys:1:Length"] = "32",
    };

    public static async Task<GuardedApp> StartAsync(
        Action<WebApplicationBuilder, TokenMint>? configure = null, Action<WebApplication>? map = null,
        Action<Dictionary<string, string?>, TokenMint>? settings = null, bool ownAuthentication = false)
    {
        // Long ago: a silo takes itself for dead whose address is older than the clock by much.
        var time = new SteppedClock(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var mint = new TokenMint(time);
        var log = new SecretWatch();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        var section = Settings(mint);
        settings?.Invoke(section, mint);
        builder.Configuration.AddInMemoryCollection(section);
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(time);
        AddGrains(builder);
        if (!ownAuthentication)
            builder.Services.AddAuthentication().AddJwtBearer().AddCurfew();
        builder.Services.AddAuthorization();
        configure?.Invoke(builder, mint);

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/me", (HttpContext context) => context.GetTokenIdentity()?.User.Subject ?? "nobody").RequireAuthorization();
        app.MapGet("/anyone", (HttpContext context) =>
            context.User.Identity?.IsAuthenticated == true ? "somebody" : "anonymous");
        app.MapCurfewLogout();
        map?.Invoke(app);
        await app.StartAsync();
        return new GuardedApp(app, time, mint, log);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token) => SendAsync(HttpMethod.Get, path, token);

    public Task<HttpResponseMessage> LogOutAsync(string? token, string? json = null, string path = "/logout") =>
        SendAsync(HttpMethod.Post, path, token, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Log.AssertNoSecret(Mint.Secrets);
    }

    private static void AddGrains(WebApplicationBuilder builder)
    {
        const string memory = "memory";
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: "test", clusterId: Guid.NewGuid().ToString("N"));
            silo.AddMemoryGrainStorage(memory);
            silo.UseInMemoryReminderService();
            silo.AddCurfewGrains();
        });
        builder.Services.AddKeyedSingleton<IGrainStorage>(
            GrainHostingExtensions.StorageName,
            (services, _) => new BreakableStorage(services.GetRequiredKeyedService<IGrainStorage>(memory)));
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
