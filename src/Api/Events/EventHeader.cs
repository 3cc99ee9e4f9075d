using System.Text.Json;

namespace Curfew.Api.Events;

/// <summary>What every event has (RFC 8417, 2.2), checked.</summary>
/// <param name="IssuedAt">In Unix seconds, rounded down.</param>
internal readonly record struct EventHeader(long IssuedAt, JsonElement Events)
{
    /// <summary>The header; or what is wrong with it.</summary>
    public static (EventHeader? Header, string? Error) Read(JsonElement claims, RevocationLimits limits, DateTimeOffset now)
    {
        // A logout token with a nonce could be taken for an ID token (Back-Channel Logout 1.0, 2.4).
        if (claims.TryGetProperty("nonce", out _))
            return (null, "nonce must not be there.");
        if (!claims.TryGetIdentifier("jti", out var jti) || jti is null)
            return (null, "jti is required, a text.");
        if (!claims.TryGetTime("iat", out var iat) || iat is not { } issuedAt)
            return (null, "iat is required, in Unix seconds.");
        if (!claims.TryGetTime("exp", out var exp))
            return (null, "exp must be in Unix seconds.");
        if (!claims.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Object)
            return (null, "events is required, an object.");
        return TimeError(issuedAt, exp, limits, now) is { } error ? (null, error) : (new EventHeader(issuedAt, events), null);
    }

    /// <summary>
    /// The instant up to which the event revokes: its own, so that a replay revokes nothing more, and the clocks' tolerance.
    /// </summary>
    public long Cutoff(RevocationLimits limits) => IssuedAt + (long)limits.IssuerClockTolerance.TotalSeconds;

    private static string? TimeError(long issuedAt, long? exp, RevocationLimits limits, DateTimeOffset now)
    {
        if (issuedAt > (now + limits.IssuerClockTolerance).ToUnixTimeSeconds())
            return "iat is in the future.";

        // What was issued by then has expired.
        if (issuedAt < (now - limits.MaxTokenLifetime - limits.IssuerClockTolerance).ToUnixTimeSeconds())
            return "iat is too long ago.";
        return exp <= (now - limits.IssuerClockTolerance).ToUnixTimeSeconds() ? "exp has passed." : null;
    }
}
