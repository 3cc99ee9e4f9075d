using Microsoft.IdentityModel.JsonWebTokens;

namespace Curfew.Authentication.Bearer;

/// <summary>The token as JwtBearer's events know it, with the identity that was read from the same bytes.</summary>
internal sealed class VerifiedToken(string token, TokenIdentity identity) : JsonWebToken(token), IIdentifiedToken
{
    public TokenIdentity TokenIdentity { get; } = identity;
}
