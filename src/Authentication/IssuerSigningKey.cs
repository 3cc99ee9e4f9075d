using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication;

/// <summary>A key that verifies the tokens of one issuer, and of no other.</summary>
/// <param name="Issuer">The <c>iss</c> of the tokens, compared character by character; it becomes a valid issuer.</param>
/// <param name="Key">A public key, or the shared secret where the issuer signs with HS256 to HS512.</param>
public sealed record IssuerSigningKey(string Issuer, SecurityKey Key);
