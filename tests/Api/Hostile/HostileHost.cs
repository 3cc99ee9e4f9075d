using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Curfew.Api.Tests.Events;
using Curfew.Api.Tests.Hosting;
using Curfew.Api.Tests.OAuth;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.Hostile;

/// <summary>A host with everything switched on that takes input: clients, events, and an issuer that signs with ECDSA.</summary>
public sealed class HostileHost : IAsyncLifetime
{
    public const string EcIssuer = "https://ec.test/";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ApiHost Api { get; private set; } = null!;

    public int Port => Api.Client.BaseAddress!.Port;

    internal IReadOnlyList<Surface> Surfaces { get; } = Hostile.Surfaces.For(OAuthHost.App.Basic.ToString());

    public async Task InitializeAsync()
    {
        Api = await StartAsync();
        foreach (var client in new[] { OAuthHost.App, OAuthHost.Other, OAuthHost.Gateway })
            Api.Log.Secrets.Add(client.Secret);
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(
        change: settings =>
        {
            OAuthHost.Configure(settings);
            settings["Curfew:Events:Audiences:0"] = EventHost.Audience;
            settings["Curfew:Admin:Issuers:1"] = EcIssuer;
            settings["Authentication:Schemes:Bearer:ValidIssuers:2"] = EcIssuer;
        },
        services: services => services.AddEcKey(_key));

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        _key.Dispose();
    }

    public string EcToken(JsonObject claims) =>
        Api.Mint.Sign(new JsonObject { ["alg"] = "ES256" }, claims, bytes => _key.SignData(bytes, HashAlgorithmName.SHA256));

    public async Task LogOutAsync(string token) => (await Api.PostAsync("/logout", token, """{"scope":"token"}""")).AssertAccepted();
}
