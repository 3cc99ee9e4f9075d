using Curfew.Index;

namespace Curfew;

/// <summary>
/// All of a verified token that a verdict needs. Made only of tokens whose signature, issuer, audience and algorithm
/// were checked (guarantee G6). Immutable. Times are Unix seconds.
/// </summary>
public sealed record TokenIdentity
{
    private KeyCache _keys;

    /// <param name="user">The <c>iss</c> and <c>sub</c>.</param>
    /// <param name="id">Names the token within its issuer.</param>
    /// <param name="issuedAt">The <c>iat</c>, rounded down.</param>
    /// <param name="expires">The <c>exp</c>, rounded up.</param>
    public TokenIdentity(UserKey user, TokenId id, long issuedAt, long expires)
    {
        User = user;
        Id = id;
        IssuedAt = issuedAt;
        Expires = expires;
    }

    // A copy may be given another session or client: it hashes its keys anew.
    private TokenIdentity(TokenIdentity other)
    {
        User = other.User;
        Id = other.Id;
        IssuedAt = other.IssuedAt;
        Expires = other.Expires;
        Session = other.Session;
        ClientId = other.ClientId;
        AuthorizedParty = other.AuthorizedParty;
        AuthTime = other.AuthTime;
    }

    public UserKey User { get; }

    public TokenId Id { get; }

    public long IssuedAt { get; }

    public long Expires { get; }

    /// <summary>The login session (<c>sid</c>), where the token names one.</summary>
    public string? Session { get; init; }

    /// <summary>The <c>client_id</c>, where the token names one.</summary>
    public string? ClientId { get; init; }

    /// <summary>The authorized party (<c>azp</c>), where the token names one.</summary>
    public string? AuthorizedParty { get; init; }

    /// <summary>When the user authenticated (<c>auth_time</c>), rounded down, where the token says so.</summary>
    public long? AuthTime { get; init; }

    /// <summary>
    /// The instant that a user's cutoff is compared with: <c>auth_time</c> where there is one, so that a refresh after a
    /// logout doesn't outlive it, but never later than <c>iat</c>: nobody authenticates after the token was issued.
    /// </summary>
    public long AuthenticatedAt => AuthTime is { } at && at < IssuedAt ? at : IssuedAt;

    internal TokenKeys Keys => _keys.Of(this);

    /// <summary>Whether the limits let this token be looked at, at the instant <paramref name="now"/>.</summary>
    public TokenRefusal CheckLimits(RevocationLimits limits, DateTimeOffset now)
    {
        var tolerated = now + limits.IssuerClockTolerance;
        if (IssuedAt > tolerated.ToUnixTimeSeconds())
            return TokenRefusal.IssuedInFuture;
        if (Expires < IssuedAt || Expires - IssuedAt > limits.MaxTokenSeconds)
            return TokenRefusal.LifetimeTooLong;
        return IsExpired(limits, now) ? TokenRefusal.Expired : TokenRefusal.None;
    }

    /// <summary>Whether <c>exp</c> has passed by more than the tolerance.</summary>
    public bool IsExpired(RevocationLimits limits, DateTimeOffset now) =>
        (now - limits.IssuerClockTolerance).ToUnixTimeMilliseconds() >= Expires * 1000;
}
