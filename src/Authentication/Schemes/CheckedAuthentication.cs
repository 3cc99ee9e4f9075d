using System.Security.Claims;
using Curfew.Authentication.Bearer;
using Curfew.Authentication.Checks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Schemes;

/// <summary>
/// Every authentication passes here, whichever endpoint, middleware or policy asks for it: what a checked scheme has
/// authenticated is accepted only when its token isn't revoked.
/// </summary>
internal sealed partial class CheckedAuthentication(
    IAuthenticationService inner, IAuthenticationSchemeProvider schemes, IOptionsMonitor<CurfewSchemeOptions> options,
    IOptions<RevocationLimits> limits, RevocationCheck check, TimeProvider time, ILogger<CheckedAuthentication> logger)
    : IAuthenticationService
{
    public async Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        var result = await inner.AuthenticateAsync(context, scheme);
        scheme ??= (await schemes.GetDefaultAuthenticateSchemeAsync())?.Name;
        if (!result.Succeeded || scheme is null || options.Get(scheme) is not { IsChecked: true } own)
            return result;

        var refusal = await RefusalAsync(context, scheme, result.Ticket, own);
        Failures(context)[scheme] = refusal;
        return refusal is null ? result : AuthenticateResult.Fail(refusal);
    }

    public async Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties)
    {
        var name = scheme ?? (await schemes.GetDefaultChallengeSchemeAsync())?.Name;
        var refusal = name is null ? null : Failures(context).GetValueOrDefault(name);
        if (refusal is RevocationUnavailableException)
        {
            context.Response.AnswerUnavailable();
            return;
        }

        await inner.ChallengeAsync(context, scheme, properties);

        // The scheme itself knows nothing wrong with the token, and may say 403 (OpenIddict: the user is known, so it must
        // be access that lacks); a redirect to a sign-in stays what it is.
        if (refusal is not null && context.Response is
            { HasStarted: false, StatusCode: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden })
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"Bearer error=\"invalid_token\", error_description=\"{refusal.Message}\"";
        }
    }

    public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ForbidAsync(context, scheme, properties);

    public Task SignInAsync(
        HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) =>
        inner.SignInAsync(context, scheme, principal, properties);

    public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.SignOutAsync(context, scheme, properties);

    private async ValueTask<Exception?> RefusalAsync(
        HttpContext context, string scheme, AuthenticationTicket ticket, CurfewSchemeOptions own)
    {
        var identity = own.ReadIdentity is { } read ? read(ticket) : PrincipalReader.Read(ticket, own.DefaultIssuer);
        if (identity is null)
        {
            LogUnreadable(scheme);
            return TokenRefusedException.Invalid;
        }

        var refusal = identity.CheckLimits(limits.Value, time.GetUtcNow());
        if (refusal != TokenRefusal.None)
            return refusal == TokenRefusal.Expired ? TokenRefusedException.Expired : TokenRefusedException.Invalid;
        var failure = await check.RefusalAsync(context, identity, own.FailOpen);
        if (failure is null)
            context.AddTokenIdentity(ticket.Principal, identity);
        return failure;
    }

    private static Dictionary<string, Exception?> Failures(HttpContext context)
    {
        if (context.Features.Get<SchemeFailures>() is { } failures)
            return failures;
        context.Features.Set(failures = new SchemeFailures());
        return failures;
    }

    [LoggerMessage(1, LogLevel.Debug, "A principal of the scheme {Scheme} is refused: its claims don't name one token with "
        + "issuer, subject, jti, iat and exp. CurfewSchemeOptions.ReadIdentity can say where they are.")]
    private partial void LogUnreadable(string scheme);

    private sealed class SchemeFailures : Dictionary<string, Exception?>;
}
