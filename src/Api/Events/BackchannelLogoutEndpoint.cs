using Curfew.Api.Errors;
using Curfew.Api.OAuth;
using Curfew.Authentication;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Events;

/// <summary>OpenID Connect Back-Channel Logout 1.0: an identity provider says that a session, or a user, has logged out.</summary>
internal static class BackchannelLogoutEndpoint
{
    public static async Task<IResult> PostAsync(
        HttpRequest request, TokenVerifier verifier, Grains.Revocations revocations, IOptions<EventOptions> options,
        IOptions<RevocationLimits> limits, TimeProvider time, CancellationToken aborted)
    {
        var (form, error) = await FormBody.ReadAsync(request, aborted);
        if (form is null)
            return OAuthError.InvalidRequest(error!);
        if (form["logout_token"] is not { } text)
            return OAuthError.InvalidRequest("logout_token is required.");
        var token = await verifier.VerifyEventAsync(text, options.Value.Audiences.AsReadOnly());
        if (token.Refusal != EventRefusal.None)
            return OAuthError.InvalidRequest(Describe(token.Refusal));
        var (user, revocation, flaw) = LogoutTokenParser.Parse(token, limits.Value, time.GetUtcNow());
        if (revocation is null)
            return OAuthError.InvalidRequest("logout_token: " + flaw);
        var result = await revocations.RevokeAsync(user, revocation, aborted);

        // 2.8: a logout that failed is a 400, too.
        return result.Revoked
            ? TypedResults.Ok()
            : OAuthError.Answer(StatusCodes.Status400BadRequest, "logout_failed",
                "This user has too many live revocations for another session: log the user out with sub alone.");
    }

    private static string Describe(EventRefusal refusal) => refusal switch
    {
        EventRefusal.Issuer => "logout_token: iss is not an issuer that is trusted here.",
        EventRefusal.Key => "logout_token: the signature is not by a key of its issuer that is accepted.",
        EventRefusal.Audience => "logout_token: aud is none of this service's names.",
        _ => "logout_token is not a signed JWT, or names a member twice.",
    };
}
