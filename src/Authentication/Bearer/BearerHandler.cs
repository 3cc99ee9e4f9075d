using System.Security.Claims;
using System.Text.Encodings.Web;
using Curfew.Authentication.Checks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// JwtBearer, and the revocation check within the same validation. It takes the place of <see cref="JwtBearerHandler"/>
/// rather than an event of the app's: those can be replaced by <c>EventsType</c>, or end early. Where the app has no code
/// in JwtBearer's events, nothing is made up for them: a repeated token costs a look-up, the check and the principal.
/// </summary>
internal sealed class BearerHandler(
    IOptionsMonitor<JwtBearerOptions> options, IOptionsMonitor<CurfewBearerOptions> curfew, RevocationCheck check,
    ILoggerFactory logger, UrlEncoder encoder)
    : JwtBearerHandler(new ReadableOptions(options), logger, encoder)
{
    private static readonly RevocationUnavailableException Unreadable = new("The scheme's configuration is wrong.");

    private bool _checked, _hasEvents;

    internal async ValueTask<bool> CheckAsync(TokenValidatedContext context)
    {
        if (context.SecurityToken is not IIdentifiedToken token)
        {
            context.Fail(TokenRefusedException.Invalid);
            return false;
        }

        var failure = await check.RefusalAsync(Context, token.TokenIdentity, curfew.Get(Scheme.Name).FailOpen);
        if (failure is not null)
        {
            context.Fail(failure);
            return false;
        }

        _checked = true;
        Context.AddTokenIdentity(context.Principal!, token.TokenIdentity);
        return true;
    }

    // They are made when they are asked for: most requests don't.
    protected override Task InitializeEventsAsync() => Task.CompletedTask;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Two of them are two answers to who this is; over 16 KiB nobody looks.
        var authorization = Request.Headers.Authorization;
        if (authorization.Count > 1 || authorization.ToString() is not { Length: <= CompactJwt.MaxLength } header)
            return Task.FromResult(AuthenticateResult.Fail(TokenRefusedException.Invalid));

        if (Options.TokenHandlers is not [BearerTokenHandler { Errors.Count: 0 } handler])
        {
            return Task.FromResult(
                authorization.Count == 0 ? AuthenticateResult.NoResult() : AuthenticateResult.Fail(Unreadable));
        }

        if (handler.HasOwnEvents)
            return HandleWithEventsAsync();
        var token = BearerText.TokenIn(header);
        if (token.IsEmpty)
            return Task.FromResult(AuthenticateResult.NoResult());
        if (handler.Recall(token) is not { } remembered)
            return VerifyAsync(handler, token.ToString());
        return check.TryAnswer(remembered.TokenIdentity, out var refusal)
            ? Task.FromResult(refusal is null ? Accept(remembered, header) : AuthenticateResult.Fail(refusal))
            : CheckAsync(remembered, header);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await MakeEventsAsync();
        await base.HandleChallengeAsync(properties);
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        await MakeEventsAsync();
        await base.HandleForbiddenAsync(properties);
    }

    private async Task<AuthenticateResult> HandleWithEventsAsync()
    {
        await MakeEventsAsync();
        var result = await base.HandleAuthenticateAsync();

        // An event that vouches for a principal without a verified token would skip the check.
        return result.Succeeded && !_checked ? AuthenticateResult.Fail(TokenRefusedException.Invalid) : result;
    }

    private async Task<AuthenticateResult> CheckAsync(Remembered.RememberedToken remembered, string header) =>
        await check.RefusalAsync(Context, remembered.TokenIdentity, curfew.Get(Scheme.Name).FailOpen) is { } refusal
            ? AuthenticateResult.Fail(refusal)
            : Accept(remembered, header);

    private async Task<AuthenticateResult> VerifyAsync(BearerTokenHandler handler, string token)
    {
        TokenValidationResult verified;
        try
        {
            verified = await handler.ValidateTokenAsync(token, Options.TokenValidationParameters);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            // A header or claims that the library's own reader can't take.
            return AuthenticateResult.Fail(e);
        }

        if (!verified.IsValid)
            return AuthenticateResult.Fail(verified.Exception);
        var identity = ((IIdentifiedToken)verified.SecurityToken).TokenIdentity;
        return await check.RefusalAsync(Context, identity, curfew.Get(Scheme.Name).FailOpen) is { } refusal
            ? AuthenticateResult.Fail(refusal)
            : Accept(verified.ClaimsIdentity, identity, verified.SecurityToken, token);
    }

    private AuthenticateResult Accept(Remembered.RememberedToken remembered, string header)
    {
        var token = BearerText.TokenIn(header);
        return Accept(remembered.ToIdentity(token), remembered.TokenIdentity, remembered, header);
    }

    // As JwtBearer's handler makes it.
    private AuthenticateResult Accept(ClaimsIdentity claims, TokenIdentity identity, SecurityToken token, string text)
    {
        var principal = new ClaimsPrincipal(claims);
        Context.AddTokenIdentity(principal, identity);
        var items = new BearerItems(token.ValidFrom, token.ValidTo, Options.SaveToken ? text : null);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, new AuthenticationProperties(items), Scheme.Name));
    }

    private async ValueTask MakeEventsAsync()
    {
        if (_hasEvents)
            return;
        await base.InitializeEventsAsync();
        Events = new CheckedEvents(Events, this);
        _hasEvents = true;
    }
}
