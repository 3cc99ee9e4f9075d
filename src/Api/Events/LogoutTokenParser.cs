using System.Text.Json;
using Curfew.Authentication;
using Curfew.Grains;

namespace Curfew.Api.Events;

/// <summary>Reads what a verified logout token asks for: OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6.</summary>
internal static class LogoutTokenParser
{
    private const string Member = "http://schemas.openid.net/event/backchannel-logout";

    public static (UserKey User, RevokeRequest? Request, string? Error) Parse(
        EventVerification token, RevocationLimits limits, DateTimeOffset now)
    {
        // logout+jwt is recommended and not required; without it, events tells a logout token from an ID token.
        if (token.Type is { } type && !EventText.IsType(type, "logout+jwt") && !EventText.IsType(type, "JWT"))
            return (default, null, "typ must be logout+jwt.");
        var (read, error) = EventHeader.Read(token.Claims, limits, now);
        if (read is not { } header)
            return (default, null, error);
        if (!header.Events.TryGetProperty(Member, out var member) || member.ValueKind != JsonValueKind.Object)
            return (default, null, $"events must hold {Member}, an object.");
        if (!token.Claims.TryGetIdentifier("sub", out var sub))
            return (default, null, "sub must be a text.");
        if (!token.Claims.TryGetIdentifier("sid", out var sid))
            return (default, null, "sid must be a text.");
        if (sub is null)
        {
            return (default, null, sid is null
                ? "sub is required."
                : "sub is required: a session is known here as its user's, and sid alone doesn't say whose it is.");
        }

        RevokeRequest request = sid is null
            ? new RevokeEverything(header.Cutoff(limits))
            : new RevokeSession(sid, header.IssuedAt);
        return (new UserKey(token.Issuer, sub), request with { By = token.Issuer, Reason = "back-channel logout" }, null);
    }
}
