using Curfew.Authentication.Checks;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// The app's own events, with the check in front: theirs see a validated token only once it is known not to be revoked,
/// so that nothing they do or set can skip it.
/// </summary>
internal sealed class CheckedEvents(JwtBearerEvents inner, BearerHandler handler) : JwtBearerEvents
{
    public override Task MessageReceived(MessageReceivedContext context) => inner.MessageReceived(context);

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        if (await handler.CheckAsync(context))
            await inner.TokenValidated(context);
    }

    public override Task AuthenticationFailed(AuthenticationFailedContext context) => inner.AuthenticationFailed(context);

    public override Task Forbidden(ForbiddenContext context) => inner.Forbidden(context);

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        if (context.AuthenticateFailure is RevocationUnavailableException)
        {
            context.HandleResponse();
            context.Response.AnswerUnavailable();
            return Task.CompletedTask;
        }

        if (context.Error is not null)
        {
            context.ErrorDescription =
                (context.AuthenticateFailure as TokenRefusedException ?? TokenRefusedException.Invalid).Message;
        }

        return inner.Challenge(context);
    }
}
