using System.Security.Claims;

namespace Curfew.Authentication;

/// <summary>What a verification of a token's text found.</summary>
/// <param name="Identity">The token's identity where it is <see cref="TokenStatus.Valid"/>, else null.</param>
/// <param name="Claims">Its claims, named as the scheme maps them, where it is <see cref="TokenStatus.Valid"/>, else null.</param>
public sealed record TokenVerification(TokenStatus Status, TokenIdentity? Identity = null, ClaimsIdentity? Claims = null);
