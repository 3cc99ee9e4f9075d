namespace Curfew.Authentication;

/// <summary>What became of a token's verification.</summary>
public enum TokenStatus
{
    /// <summary>Verified and within its lifetime. Whether it was revoked is another question.</summary>
    Valid = 0,

    /// <summary>Verified, and its <c>exp</c> has passed by more than the tolerance.</summary>
    Expired,

    /// <summary>A JWT that no request would be let in with: forged, foreign, malformed, or outside the limits.</summary>
    Invalid,

    /// <summary>No signed JWT in compact form: an opaque or an encrypted token.</summary>
    NotJwt,
}
