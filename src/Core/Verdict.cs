namespace Curfew;

/// <summary>The answer on one token: valid, or revoked and by what. Inability to know is no verdict but an exception.</summary>
public enum Verdict
{
    /// <summary>No answer was had; never returned, so that a forgotten assignment never reads as valid.</summary>
    None = 0,
    Valid = 1,

    /// <summary>The token itself was revoked.</summary>
    TokenRevoked = 2,

    /// <summary>The token's session was revoked.</summary>
    SessionRevoked = 3,

    /// <summary>The user was logged out everywhere, at or after the token's issue.</summary>
    UserCutoff = 4,

    /// <summary>All tokens of the client (<c>client_id</c> or <c>azp</c>) up to an instant were revoked.</summary>
    ClientCutoff = 5,

    /// <summary>All tokens of the issuer up to an instant were revoked.</summary>
    IssuerCutoff = 6,
}
