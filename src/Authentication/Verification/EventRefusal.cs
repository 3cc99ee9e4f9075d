namespace Curfew.Authentication;

/// <summary>Why a security event token is refused. <see cref="None"/>: it isn't.</summary>
public enum EventRefusal
{
    None = 0,

    /// <summary>No JWT in compact form, not strict JSON, a member twice, or a <c>crit</c> header.</summary>
    Malformed,

    /// <summary>Its <c>iss</c> is missing, or none that the scheme trusts.</summary>
    Issuer,

    /// <summary>Its signature isn't by a key of that issuer, or by an algorithm or key size that is not accepted.</summary>
    Key,

    /// <summary>Its <c>aud</c> is missing, or somebody else.</summary>
    Audience,
}
