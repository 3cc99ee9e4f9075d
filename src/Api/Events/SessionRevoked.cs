using System.Globalization;
using System.Text.Json;
using Curfew.Authentication;
using Curfew.Grains;

namespace Curfew.Api.Events;

/// <summary>Reads what a verified SET with a CAEP session-revoked event asks for (CAEP 1.0, 3.1; SSF 1.0, 4).</summary>
internal static class SessionRevoked
{
    private const string Member = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    public static (UserKey User, RevokeRequest? Request, string? Error) Parse(
        EventVerification token, RevocationLimits limits, DateTimeOffset now)
    {
        if (!EventText.IsType(token.Type, "secevent+jwt"))
            return (default, null, "typ must be secevent+jwt.");
        if (token.Claims.TryGetProperty("sub", out _))
            return (default, null, "sub must not be there: the subject is sub_id.");
        var (read, error) = EventHeader.Read(token.Claims, limits, now);
        if (read is not { } header)
            return (default, null, error);
        if (header.Events.GetPropertyCount() != 1
            || !header.Events.TryGetProperty(Member, out var member) || member.ValueKind != JsonValueKind.Object)
        {
            return (default, null, $"events must hold exactly one event, {Member}, an object.");
        }

        var (user, subjectError) = ReadSubject(token);
        if (subjectError is not null)
            return (default, null, subjectError);
        var (reason, reasonError) = ReadReason(member);
        return reasonError is not null
            ? (default, null, reasonError)
            : (user, new RevokeEverything(header.Cutoff(limits)) { By = token.Issuer, Reason = reason }, null);
    }

    private static (UserKey User, string? Error) ReadSubject(EventVerification token)
    {
        if (!token.Claims.TryGetProperty("sub_id", out var subject) || subject.ValueKind != JsonValueKind.Object)
            return (default, "sub_id is required, an object.");
        if (!subject.TryGetIdentifier("format", out var format) || format != "iss_sub")
            return (default, "sub_id: format must be iss_sub.");
        if (!subject.TryGetIdentifier("iss", out var iss) || iss is null || !subject.TryGetIdentifier("sub", out var sub) || sub is null)
            return (default, "sub_id: iss and sub are required, texts.");

        // An issuer's key vouches for its own users only.
        return iss == token.Issuer ? (new UserKey(iss, sub), null) : (default, "sub_id: iss must be that of the event.");
    }

    // Why, and what the event says of itself, for whoever inspects the revocation.
    private static (string? Reason, string? Error) ReadReason(JsonElement member)
    {
        if (!member.TryGetTime("event_timestamp", out var at))
            return (null, "event_timestamp must be in Unix seconds.");
        if (!member.TryGetIdentifier("initiating_entity", out var initiator))
            return (null, "initiating_entity must be a text.");
        if (!LanguageMap.TryRead(member, "reason_admin", out var forAdmin) || !LanguageMap.TryRead(member, "reason_user", out var forUser))
            return (null, "reason_admin and reason_user must be objects of texts, by language.");
        var parts = new[]
        {
            forAdmin ?? forUser ?? "session-revoked",
            initiator is null ? null : "by " + initiator,
            at is { } seconds ? "at " + DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("s", CultureInfo.InvariantCulture) + "Z" : null,
        };
        return (LanguageMap.Shorten(string.Join(", ", parts.Where(part => part is not null)), Grains.Revocations.MaxNoteLength), null);
    }
}
