using Curfew.Api.Access;
using Curfew.Authentication;
using Curfew.Grains;

namespace Curfew.Api.OAuth;

/// <summary>RFC 7009: a client revokes one of its tokens.</summary>
internal static class RevokeEndpoint
{
    public static async Task<IResult> PostAsync(
        HttpContext context, ClientAuthentication clients, TokenVerifier verifier, Grains.Revocations revocations,
        AuthorityIssuer authority, CancellationToken aborted)
    {
        var (request, error) = await clients.ReadAsync(context, aborted);
        if (request is null)
            return error!;

        // token_type_hint only says where to search first (2.1): there is one place.
        var token = await verifier.VerifyAsync(request.Token);
        if (token.Status == TokenStatus.NotJwt)
            return OAuthError.UnsupportedTokenType();

        // Nobody accepts it: what the client wants is so already (2.2).
        if (token.Identity is not { } identity)
            return TypedResults.Ok();
        if (!MayRevoke(request.Client, identity, authority))
            return OAuthError.UnauthorizedClient("The token was not issued to this client.");
        var result = await revocations.RevokeAsync(
            identity.User,
            new RevokeToken(identity.Id.ToString(), identity.Expires) { By = request.Client.ClientId },
            aborted);
        return result.Revoked ? TypedResults.Ok() : OAuthError.TooManyFacts();
    }

    // client_id names who a token was issued to (RFC 9068, 2.2); azp does where an issuer writes no client_id.
    private static bool MayRevoke(OAuthClient client, TokenIdentity token, AuthorityIssuer authority) =>
        client.MayRevokeAny
        || ((token.ClientId ?? token.AuthorizedParty) == client.ClientId && authority.IsAmong([client.Issuer!], token.User.Issuer));
}
