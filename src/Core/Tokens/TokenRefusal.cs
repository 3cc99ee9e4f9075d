namespace Curfew;

/// <summary>Why a token is refused before anything is looked up. <see cref="None"/>: it isn't.</summary>
public enum TokenRefusal
{
    None = 0,

    /// <summary>Not two JSON objects, a claim of the wrong type, out of range or twice, or a <c>crit</c> header (RFC 7515, 4.1.11).</summary>
    Malformed,
    MissingIssuer,
    MissingSubject,
    MissingIssuedAt,
    MissingExpiry,

    /// <summary>A <c>typ</c> other than <c>JWT</c> or <c>at+jwt</c> (RFC 9068, 2.1).</summary>
    NotAccessToken,

    /// <summary>An <c>events</c> claim: a logout token or another security event (RFC 8417) is no bearer token.</summary>
    SecurityEvent,

    /// <summary>A <c>cnf</c> claim (RFC 7800): the token is bound to a key, and bearing it proves nothing.</summary>
    SenderConstrained,

    /// <summary><c>iat</c> is later than now + <see cref="RevocationLimits.IssuerClockTolerance"/>.</summary>
    IssuedInFuture,

    /// <summary><c>exp</c> − <c>iat</c> is over <see cref="RevocationLimits.MaxTokenLifetime"/>, or negative.</summary>
    LifetimeTooLong,

    /// <summary><c>exp</c> + <see cref="RevocationLimits.IssuerClockTolerance"/> has passed.</summary>
    Expired,
}
