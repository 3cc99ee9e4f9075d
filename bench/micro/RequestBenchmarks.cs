using BenchmarkDotNet.Attributes;
using Curfew.Authentication.Bearer;
using Curfew.Authentication.Remembered;
using Curfew.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Curfew.Bench.Micro;

/// <summary>
/// What a request's authentication costs, in a scope and an <see cref="HttpContext"/> of its own, without a server: stock
/// JwtBearer, and Curfew with its check from memory, for a token seen first and for one that is remembered; and its parts.
/// </summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private const string Remembering = "remembering", Forgetting = "forgetting", Stock = "stock";

    private EmbeddedHost _host = null!;
    private string _token = null!, _header = null!;
    private RememberedTokens _remembered = null!;
    private RememberedToken _hit = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        var tokens = new SignedTokens();
        _host = await EmbeddedHost.StartAsync(Consistency.Leased, services =>
        {
            var builder = services.AddAuthentication().AddJwtBearer(Stock, Configure)
                .AddJwtBearer(Remembering, Configure).AddJwtBearer(Forgetting, Configure);
            builder.AddCurfew(Remembering);
            builder.AddCurfew(Forgetting, options => options.RememberedTokenBytes = 0);
        });
        _token = tokens.Token(0);
        _header = "Bearer " + _token;
        if (!await CurfewRemembered() || !await CurfewFirstSeen() || !await StockJwtBearer())
            throw new InvalidOperationException("The token is refused.");
        var options = _host.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(Remembering);
        _remembered = ((BearerTokenHandler)options.TokenHandlers[0]).Remembered!;
        _hit = _remembered.Find(_token)!;

        void Configure(JwtBearerOptions options)
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters.ValidIssuer = SignedTokens.Issuer;
            options.TokenValidationParameters.ValidAudience = SignedTokens.Audience;
            options.TokenValidationParameters.IssuerSigningKey = tokens.Key;
        }
    }

    [GlobalCleanup]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Benchmark(Baseline = true)]
    public Task<bool> StockJwtBearer() => AuthenticateAsync(Stock);

    [Benchmark]
    public Task<bool> CurfewFirstSeen() => AuthenticateAsync(Forgetting);

    [Benchmark]
    public Task<bool> CurfewRemembered() => AuthenticateAsync(Remembering);

    /// <summary>The scope and the context alone, which the three above hold too.</summary>
    [Benchmark]
    public Task<bool> EmptyRequest() => AuthenticateAsync(null);

    [Benchmark]
    public object? CacheHit() => _remembered.Find(_token);

    [Benchmark]
    public object IdentityOfAHit() => _hit.ToIdentity(_token);

    [Benchmark]
    public bool HeaderParse() =>
        CompactJwt.TryDecode(_token, out var header, out var payload)
        && TokenReader.TryRead(header, payload, false, out _) == TokenRefusal.None;

    private async Task<bool> AuthenticateAsync(string? scheme)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = _header;
        return scheme is not null && (await context.AuthenticateAsync(scheme)).Succeeded;
    }
}
