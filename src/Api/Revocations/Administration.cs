using Curfew.Api.Access;
using Curfew.Api.Errors;
using Curfew.Authentication;
using Curfew.Grains;

namespace Curfew.Api.Revocations;

internal static class Administration
{
    public static async Task<IResult> PostAsync(
        HttpContext context, Grains.Revocations revocations, TrustedIssuers trusted, TimeProvider time, CancellationToken aborted)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, aborted);
        if (body is null)
            return problem!;
        using var _ = body;
        var (request, error) = RevocationParser.Parse(body, time.GetUtcNow().ToUnixTimeSeconds());
        if (request is null)
            return Problems.BadRequest(error!);
        var by = context.GetTokenIdentity()!.User;
        return await RevokeAsync(revocations, request, by, trusted.Warning(request.Iss), aborted);
    }

    private static async Task<IResult> RevokeAsync(
        Grains.Revocations revocations, RevocationRequest request, UserKey by, string? warning, CancellationToken aborted)
    {
        var everything = new RevokeEverything(request.Before)
        {
            By = by.Subject,
            ByIssuer = by.Issuer,
            Reason = request.Reason,
        };
        RevokeResult result;
        var what = "everything";
        if (request.Sub is { } sub)
        {
            RevokeRequest asked = everything;
            if (request.Token is { } token)
                (asked, what) = (new RevokeToken(token.Id!, null), "token");
            else if (request.Session is { } session)
                (asked, what) = (new RevokeSession(session.Sid), "session");
            asked = asked with { By = everything.By, ByIssuer = everything.ByIssuer, Reason = request.Reason };
            result = await revocations.RevokeAsync(new UserKey(request.Iss, sub), asked, aborted);
        }
        else
        {
            result = request.ClientId is { } client
                ? await revocations.RevokeClientAsync(new ClientKey(request.Iss, client), everything, aborted)
                : await revocations.RevokeIssuerAsync(request.Iss, everything, aborted);
        }

        return result.Revoked
            ? TypedResults.Ok(new Revoked(what, request.Iss, request.Sub, request.ClientId, result.NotBefore, warning))
            : Problems.TooManyFacts();
    }
}
