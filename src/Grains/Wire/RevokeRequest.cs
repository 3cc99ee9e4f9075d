namespace Curfew.Grains;

/// <summary>What is to be revoked, and for whom to read: who asked and why.</summary>
[GenerateSerializer, Immutable, Alias("curfew.revoke")]
public abstract record RevokeRequest
{
    /// <summary>Who asks, up to 1,024 characters: shown on inspection, decides nothing.</summary>
    [Id(0)]
    public string? By { get; init; }

    /// <summary>Why, up to 1,024 characters: shown on inspection, decides nothing.</summary>
    [Id(1)]
    public string? Reason { get; init; }

    /// <summary>
    /// Names this request among its attempts: while one of them is under way, another one joins it instead of making a
    /// later cutoff.
    /// </summary>
    [Id(2)]
    public Guid Attempt { get; init; }

    /// <summary>The issuer whose subject <see cref="By"/> is, up to 1,024 characters; null where it is a client or an event's issuer.</summary>
    [Id(3)]
    public string? ByIssuer { get; init; }
}

/// <summary>One token.</summary>
/// <param name="TokenId">The canonical text of a <see cref="Curfew.TokenId"/>.</param>
/// <param name="Expires">Its <c>exp</c> in Unix seconds; null when nobody knows: it counts as living for <see cref="RevocationLimits.MaxTokenLifetime"/> from now.</param>
[GenerateSerializer, Immutable, Alias("curfew.revoke.token")]
public sealed record RevokeToken([property: Id(0)] string TokenId, [property: Id(1)] long? Expires) : RevokeRequest;

/// <summary>A session: every token of it, those minted later included.</summary>
/// <param name="At">When it ended, in Unix seconds: the same request again changes nothing. Null: now, whenever it is made.</param>
[GenerateSerializer, Immutable, Alias("curfew.revoke.session")]
public sealed record RevokeSession([property: Id(0)] string Session, [property: Id(1)] long? At = null) : RevokeRequest;

/// <summary>Every token of the user but the presented one and its session.</summary>
[GenerateSerializer, Immutable, Alias("curfew.revoke.others")]
public sealed record RevokeOthers([property: Id(0)] TokenIdentity Presented) : RevokeRequest;

/// <summary>Every token of the user, the client or the issuer that the grain stands for.</summary>
/// <param name="Before">The cutoff, in Unix seconds, taken as it is; null: now + <see cref="RevocationLimits.IssuerClockTolerance"/>, later than any exemption.</param>
/// <param name="PresentedIssuedAt">The <c>iat</c> of the token that asks, if one does: it is covered, too.</param>
[GenerateSerializer, Immutable, Alias("curfew.revoke.everything")]
public sealed record RevokeEverything(
    [property: Id(0)] long? Before = null, [property: Id(1)] long? PresentedIssuedAt = null) : RevokeRequest;
