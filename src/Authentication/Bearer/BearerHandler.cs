using System.Text.Encodings.Web;
using Curfew.Authentication.Checks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// JwtBearer, and the revocation check within the same validation. It takes the place of <see cref="JwtBearerHandler"/>
/// rather than an event of the app's: those can be replaced by <c>EventsType</c>, or end early.
/// </summary>
internal sealed class BearerHandler(
    IOptionsMonitor<JwtBearerOptions> options, IOptionsMonitor<CurfewBearerOptions> curfew, RevocationCheck check,
    ILoggerFactory logger, UrlEncoder encoder)
    : JwtBearerHandler(new ReadableOptions(options), logger, encoder)
{
    private static readonly RevocationUnavailableException Unreadable = new("The scheme's configuration is wrong.");

    private bool _checked;

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

    protected override async Task InitializeEventsAsync()
    {
        await base.InitializeEventsAsync();
        Events = new CheckedEvents(Events, this);
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Two of them are two answers to who this is; over 16 KiB nobody looks.
        var authorization = Request.Headers.Authorization;
        if (authorization.Count > 1 || authorization.ToString().Length > CompactJwt.MaxLength)
            return AuthenticateResult.Fail(TokenRefusedException.Invalid);

        if (Options.TokenHandlers is not [BearerTokenHandler { Errors.Count: 0 }])
            return authorization.Count == 0 ? AuthenticateResult.NoResult() : AuthenticateResult.Fail(Unreadable);

        var result = await base.HandleAuthenticateAsync();

        // An event that vouches for a principal without a verified token would skip the check.
        return result.Succeeded && !_checked ? AuthenticateResult.Fail(TokenRefusedException.Invalid) : result;
    }
}
