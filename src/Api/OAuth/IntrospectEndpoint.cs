using System.Security.Claims;
using Curfew.Authentication;

namespace Curfew.Api.OAuth;

/// <summary>RFC 7662: whether a token is active, as of now. Where nobody knows, the answer is 503 and no guess.</summary>
internal static class IntrospectEndpoint
{
    private const string JtiPrefix = "jti:";

    public static async Task<IResult> PostAsync(
        HttpContext context, ClientAuthentication clients, TokenVerifier verifier, Grains.Revocations revocations,
        CancellationToken aborted)
    {
        var (request, error) = await clients.ReadAsync(context, aborted);
        if (request is null)
            return error!;
        if (!request.Client.MayIntrospect)
            return ClientAuthentication.Unauthorized(context, "unauthorized_client", "This client may not introspect.");

        // Asked of the grain itself: FailOpen is for the bearer's requests and never for this.
        var token = await verifier.VerifyAsync(request.Token);
        return token.Identity is { } identity && await revocations.CheckAsync(identity, aborted) == Verdict.Valid
            ? TypedResults.Ok(Describe(identity, token.Claims!))
            : TypedResults.Ok(Introspected.Inactive);
    }

    private static Introspected Describe(TokenIdentity token, ClaimsIdentity claims)
    {
        var id = token.Id.ToString();
        var audiences = claims.FindAll("aud").Select(claim => claim.Value).ToList();
        var scope = string.Join(' ', claims.Claims.Where(claim => claim.Type is "scope" or "scp").Select(claim => claim.Value));
        return new Introspected(true)
        {
            Iss = token.User.Issuer,
            Sub = token.User.Subject,
            Aud = audiences is [var only] ? only : audiences,
            Exp = token.Expires,
            Iat = token.IssuedAt,
            Jti = id.StartsWith(JtiPrefix, StringComparison.Ordinal) ? id[JtiPrefix.Length..] : null,
            ClientId = token.ClientId ?? token.AuthorizedParty,
            Scope = scope.Length > 0 ? scope : null,
            Username = (claims.FindFirst("username") ?? claims.FindFirst("preferred_username"))?.Value,
            Sid = token.Session,
            TokenType = "Bearer",
        };
    }
}
