using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// Why an authentication failed, in the words that may be told to the client: revoked, expired or invalid. Made once
/// and never thrown: the authentication framework carries failures as exceptions.
/// </summary>
internal sealed class TokenRefusedException : SecurityTokenException
{
    public static readonly TokenRefusedException Revoked = new("The token was revoked.");
    public static readonly TokenRefusedException Expired = new("The token has expired.");
    public static readonly TokenRefusedException Invalid = new("The token is invalid.");

    private TokenRefusedException(string message)
        : base(message)
    {
    }
}
