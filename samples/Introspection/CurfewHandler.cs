using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Sample.Introspection;

/// <summary>Accepts a bearer token when Curfew says that it is active: 401 when it isn't, 503 when nobody knows.</summary>
internal sealed class CurfewHandler(
    IOptionsMonitor<CurfewOptions> options, ILoggerFactory logger, UrlEncoder encoder, CurfewClient curfew,
    [FromKeyedServices(CurfewIntrospectionExtensions.Scheme)] IMemoryCache cache)
    : AuthenticationHandler<CurfewOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    private Exception? _failure;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        try
        {
            var token = await IntrospectAsync(header[Prefix.Length..].Trim());
            return token.Active && token.Exp > TimeProvider.GetUtcNow().ToUnixTimeSeconds() && token.IsFor(Options.Audience)
                ? AuthenticateResult.Success(new AuthenticationTicket(Principal(token), Scheme.Name))
                : Fail(new AuthenticationFailureException("The token is not active."));
        }
        catch (CurfewUnavailableException e)
        {
            return Fail(e);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_failure is CurfewUnavailableException)
        {
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        }

        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = _failure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        return Task.CompletedTask;
    }

    private async Task<IntrospectedToken> IntrospectAsync(string token)
    {
        if (Options.MaxStaleness == TimeSpan.Zero)
            return await curfew.IntrospectAsync(token, Context.RequestAborted);

        // The answer's age counts from before the question: it may have been true only then. A token itself is not kept.
        var asked = TimeProvider.GetUtcNow();
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (cache.TryGetValue(key, out (IntrospectedToken Token, DateTimeOffset Asked) kept)
            && asked >= kept.Asked && asked - kept.Asked < Options.MaxStaleness)
        {
            return kept.Token;
        }

        var answer = await curfew.IntrospectAsync(token, Context.RequestAborted);
        if (answer.Active)
        {
            cache.Set(key, (answer, asked), new MemoryCacheEntryOptions
            {
                Size = 1,
                AbsoluteExpirationRelativeToNow = Options.MaxStaleness,
            });
        }

        return answer;
    }

    private AuthenticateResult Fail(Exception failure)
    {
        _failure = failure;
        return AuthenticateResult.Fail(failure);
    }

    private ClaimsPrincipal Principal(IntrospectedToken token)
    {
        var identity = new ClaimsIdentity(Scheme.Name, "sub", roleType: null);
        identity.AddClaim(new Claim("iss", token.Iss ?? ""));
        identity.AddClaim(new Claim("sub", token.Sub ?? ""));
        identity.AddClaims((token.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => new Claim("scope", one)));
        return new ClaimsPrincipal(identity);
    }
}
