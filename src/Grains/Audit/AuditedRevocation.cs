namespace Curfew.Grains;

/// <summary>What an audit trail is told of one revocation. There is no token and no secret in it.</summary>
/// <param name="Kind">
/// <c>token</c>, <c>session</c>, <c>others</c>, <c>everything</c>, <c>client</c>, <c>issuer</c>, or <c>import</c>: facts that were
/// brought from another store.
/// </param>
/// <param name="Issuer">Whose tokens: the user's or client's issuer, or the issuer itself.</param>
/// <param name="Subject">The user, where one is meant.</param>
/// <param name="ClientId">The client, where one is meant.</param>
public sealed record AuditedRevocation(string Kind, string Issuer, string? Subject = null, string? ClientId = null)
{
    /// <summary>The canonical text of the <see cref="TokenId"/> that was revoked, or that was spared by <c>others</c>.</summary>
    public string? TokenId { get; init; }

    /// <summary>The session (<c>sid</c>) that was revoked, or that was spared by <c>others</c>.</summary>
    public string? Session { get; init; }

    /// <summary>The first second whose tokens are accepted again, in Unix time, where a cutoff was made.</summary>
    public long? NotBefore { get; init; }

    /// <summary>How many facts were imported.</summary>
    public int? Facts { get; init; }

    /// <inheritdoc cref="RevokeRequest.By"/>
    public string? By { get; init; }

    /// <inheritdoc cref="RevokeRequest.ByIssuer"/>
    public string? ByIssuer { get; init; }

    /// <inheritdoc cref="RevokeRequest.Reason"/>
    public string? Reason { get; init; }

    /// <summary>
    /// False: the caller was not told that it holds (no answer in time, or the caller went away), but it may: an attempt may have
    /// reached the grain.
    /// </summary>
    public bool IsConfirmed { get; init; } = true;

    internal static AuditedRevocation Of(string kind, string issuer, string? subject, string? clientId, RevokeRequest request)
    {
        var presented = (request as RevokeOthers)?.Presented;
        return new(kind, issuer, subject, clientId)
        {
            TokenId = (request as RevokeToken)?.TokenId ?? presented?.Id.ToString(),
            Session = (request as RevokeSession)?.Session ?? presented?.Session,
            By = request.By,
            ByIssuer = request.ByIssuer,
            Reason = request.Reason,
        };
    }
}
