using Curfew.Api.Errors;

namespace Curfew.Api.Revocations;

/// <summary>Reads what an administrator asks for; whatever could mean two things is refused, and the field named.</summary>
internal static class RevocationParser
{
    private const string Confirmation = "issuer";

    /// <param name="now">In Unix seconds: <c>before</c> may not be later.</param>
    public static (RevocationRequest? Request, string? Error) Parse(JsonBody body, long now)
    {
        var token = body.Object("token");
        var session = body.Object("session");
        var jti = token?.Text("jti");
        var id = token?.Text("id");
        var sid = session?.Text("sid");
        var request = new RevocationRequest(
            body.Text("iss") ?? "",
            body.Text("sub"),
            body.Text("client_id"),
            body.Text("confirm"),
            token is null ? null : new(jti, id ?? (ClaimText.IsValid(jti) ? TokenId.FromJti(jti!).ToString() : null)),
            session is null ? null : new(sid ?? ""),
            body.Flag("everything"),
            body.Whole("before"),
            body.Text("reason"));
        var error = body.Error ?? token?.Error ?? session?.Error ?? TargetError(request) ?? WhatError(request, jti, id) ?? BeforeError(request, now);
        return error is null ? (request, null) : (null, error);
    }

    private static string? TargetError(RevocationRequest request)
    {
        var longest = $"1 to {ClaimText.MaxLength} characters";
        if (!ClaimText.IsValid(request.Iss))
            return $"iss is required: {longest}.";
        if (request.Sub is not null && request.ClientId is not null)
            return "sub and client_id exclude each other.";
        if (request.Sub is not null && !ClaimText.IsValid(request.Sub))
            return $"sub must be {longest}.";
        if (request.ClientId is not null && !ClaimText.IsValid(request.ClientId))
            return $"client_id must be {longest}.";
        return request is { Sub: null, ClientId: null } && request.Confirm != Confirmation
            ? "Neither sub nor client_id: this revokes every token of the issuer; add \"confirm\":\"issuer\" if that is meant."
            : null;
    }

    private static string? WhatError(RevocationRequest request, string? jti, string? id)
    {
        var named = (request.Token is null ? 0 : 1) + (request.Session is null ? 0 : 1) + (request.Everything is null ? 0 : 1);
        if (named != 1)
            return "Exactly one of token, session and everything is required.";
        if (request.Everything is false)
            return "everything must be true.";
        if (request.Sub is null && request.Everything is null)
            return "token and session need a sub; a client or an issuer takes \"everything\":true.";
        if (request.Session is { } session && !ClaimText.IsValid(session.Sid))
            return $"session.sid is required: 1 to {ClaimText.MaxLength} characters.";
        if (request.Token is not { } token)
            return null;
        if (jti is null == id is null)
            return "Exactly one of token.jti and token.id is required.";
        if (jti is not null && !ClaimText.IsValid(jti))
            return $"token.jti must be 1 to {ClaimText.MaxLength} characters.";
        return TokenId.TryParse(token.Id, out _) ? null : "token.id must be as listed: jti:… or sha256:….";
    }

    private static string? BeforeError(RevocationRequest request, long now)
    {
        if (request.Reason?.Length > Grains.Revocations.MaxNoteLength)
            return $"reason must be at most {Grains.Revocations.MaxNoteLength} characters.";
        if (request.Before is not { } before)
            return null;
        if (request.Everything is null)
            return "before needs everything.";
        return before < 0 || before > now ? "before must be Unix seconds, not later than now." : null;
    }
}
