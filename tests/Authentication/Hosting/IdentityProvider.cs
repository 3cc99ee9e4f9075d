using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Curfew.Authentication.Tests.Hosting;

/// <summary>An OpenID provider's discovery and keys over real HTTP, which can be down, slow, and rotate its key.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;
    private volatile TaskCompletionSource? _gate;

    private IdentityProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => AnswerAsync(() => new JsonObject
        {
            ["issuer"] = ClaimedIssuer ?? Url,
            ["jwks_uri"] = Url + "/jwks",
        }.ToJsonString()));
        _app.MapGet("/jwks", () => AnswerAsync(() =>
            Jwks?.Invoke(PublicKey()) ?? new JsonObject { ["keys"] = new JsonArray(PublicKey(), SharedKey()) }.ToJsonString()));
    }

    public string Url => _app.Urls.First();

    public RSA Key { get; private set; } = RSA.Create(2048);

    public string Kid { get; private set; } = "first";

    /// <summary>RS256, by the present key.</summary>
    public byte[] SignData(byte[] bytes) => Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>A symmetric key that the provider publishes by mistake: everybody has it.</summary>
    public byte[] Published { get; } = RandomNumberGenerator.GetBytes(32);

    public bool IsDown { get; set; }

    /// <summary>Whom it says that it is; null: itself.</summary>
    public string? ClaimedIssuer { get; set; }

    /// <summary>What it publishes in place of its keys, made of the right one.</summary>
    public Func<JsonObject, string>? Jwks { get; set; }

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<IdentityProvider> StartAsync()
    {
        var provider = new IdentityProvider();
        await provider._app.StartAsync();
        return provider;
    }

    public void Hang() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    /// <summary>New key material, under a new name or, as careless providers do, under the same.</summary>
    public void Rotate(string kid)
    {
        Key = RSA.Create(2048);
        Kid = kid;
    }

    /// <summary>A key of the test's own choice, under the present name.</summary>
    public void Use(RSA key) => Key = key;

    public string Token(TokenMint mint, string? issuer = null)
    {
        var key = Key;
        return mint.Sign(
            new JsonObject { ["alg"] = "RS256", ["kid"] = Kid, ["typ"] = "at+jwt" }, mint.Claims(issuer: issuer ?? Url),
            bytes => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _app.DisposeAsync();
    }

    private async Task<IResult> AnswerAsync(Func<string> answer)
    {
        Interlocked.Increment(ref _requests);
        if (_gate is { } gate)
            await gate.Task;
        return IsDown ? Results.StatusCode(500) : Results.Text(answer(), "application/json");
    }

    private JsonObject PublicKey()
    {
        var parameters = Key.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = Kid,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    private JsonObject SharedKey() => new()
    {
        ["kty"] = "oct",
        ["kid"] = "shared",
        ["k"] = Base64Url.EncodeToString(Published),
    };
}
