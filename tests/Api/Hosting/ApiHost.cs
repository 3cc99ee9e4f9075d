using System.Net.Http.Headers;
using System.Text;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Grains;
using Curfew.Sqlite.Tests.Support;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Curfew.Api.Tests.Hosting;

/// <summary>
/// The service over real HTTP, its silo inside, over a data directory of its own. Two issuers are configured, each with its own
/// key; the first one may grant <c>curfew:*</c>.
/// </summary>
public sealed class ApiHost : IAsyncDisposable
{
    private readonly ApiFactory _factory;
    private readonly TemporaryDirectory? _directory;

    private ApiHost(ApiFactory factory, TemporaryDirectory? directory)
    {
        _factory = factory;
        _directory = directory;
    }

    public MovableClock Clock { get; private init; } = new();

    public TokenMint Mint { get; private init; } = null!;

    public SecretLog Log { get; } = new();

    public BreakableStorage Storage { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _factory.Services;

    /// <param name="change">Changes the settings: those of the two issuers.</param>
    /// <param name="dataDirectory">Null: a temporary one.</param>
    public static async Task<ApiHost> StartAsync(
        string environment = "Production", Action<Dictionary<string, string?>>? change = null, string? dataDirectory = null,
        TokenMint? mint = null, Action<IServiceCollection>? services = null)
    {
        var temporary = dataDirectory is null ? new TemporaryDirectory() : null;
        var clock = new MovableClock();
        mint ??= new TokenMint(clock);
        var settings = Settings(mint, dataDirectory ?? temporary!.Path);
        change?.Invoke(settings);
        ApiHost? host = null;
        var factory = new ApiFactory(environment, settings, added =>
        {
            host!.Replace(added);
            services?.Invoke(added);
        });
        host = new ApiHost(factory, temporary) { Clock = clock, Mint = mint };
        host.Log.Secrets.Add(Convert.ToBase64String(mint.Secret));
        host.Log.Secrets.Add(Convert.ToBase64String(mint.OtherSecret));
        try
        {
            factory.UseKestrel(0);
            factory.StartServer();
        }
        catch
        {
            try
            {
                await host.DisposeAsync();
            }
            catch (ObjectDisposedException)
            {
                // Program has ended, and disposed of its services itself.
            }

            throw;
        }

        // Made when it is first asked for; a test may want it down before.
        factory.Services.GetRequiredKeyedService<IGrainStorage>(GrainHostingExtensions.StorageName);
        var address = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        host.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{new Uri(address).Port}"),
        };
        return host;
    }

    /// <summary>Two issuers with a key each.</summary>
    public static Dictionary<string, string?> Settings(TokenMint mint, string dataDirectory)
    {
        const string bearer = "Authentication:Schemes:Bearer";
        return new()
        {
            [$"{bearer}:ValidIssuers:0"] = TokenMint.Issuer,
            [$"{bearer}:ValidIssuers:1"] = TokenMint.OtherIssuer,
            [$"{bearer}:ValidAudiences:0"] = TokenMint.Audience,
            [$"{bearer}:SigningKeys:0:Id"] = "k1",
            [$"{bearer}:SigningKeys:0:Issuer"] = TokenMint.Issuer,
            [$"{bearer}:SigningKeys:0:Value"] = Convert.ToBase64String(mint.Secret),
            [$"{bearer}:SigningKeys:0:Length"] = "32",
            [$"{bearer}:SigningKeys:1:Id"] = "k1",
            [$"{bearer}:SigningKeys:1:Issuer"] = TokenMint.OtherIssuer,
            [$"{bearer}:SigningKeys:1:Value"] = Convert.ToBase64String(mint.OtherSecret),
            [$"{bearer}:SigningKeys:1:Length"] = "32",
            ["Curfew:Admin:Issuers:0"] = TokenMint.Issuer,
            ["Curfew:DataDirectory"] = dataDirectory,
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
            ["Logging:LogLevel:Curfew.Authentication.Bearer.BearerHandler"] = "Trace",
            ["Logging:LogLevel:Orleans"] = "Information",
        };
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token);

    public Task<HttpResponseMessage> PostAsync(string path, string? token, string? json = null) =>
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
        Client?.Dispose();
        await _factory.DisposeAsync();
        _directory?.Dispose();
    }

    private void Replace(IServiceCollection services)
    {
        services.AddLogging(logging => logging.ClearProviders().AddProvider(Log));
        services.AddSingleton<TimeProvider>(Clock);
        var storage = services.Last(service =>
            service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, GrainHostingExtensions.StorageName));
        services.Remove(storage);
        services.AddKeyedSingleton<IGrainStorage>(GrainHostingExtensions.StorageName, (provider, key) =>
            Storage = new BreakableStorage((IGrainStorage)storage.KeyedImplementationFactory!(provider, key)));
    }
}
