namespace Curfew.Grains;

// The values of the attributes: they are part of what dashboards and alerts are built on, so they don't change.
internal static class Outcomes
{
    /// <summary>It could not be known: the check is answered 503, the revocation is not confirmed.</summary>
    public const string Unavailable = "unavailable";

    public const string Done = "done";

    /// <summary>The user has too many live facts.</summary>
    public const string Refused = "refused";

    public const string Client = "client";

    public const string Issuer = "issuer";

    public const string Import = "import";

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Valid => "valid",
        Verdict.TokenRevoked => "token_revoked",
        Verdict.SessionRevoked => "session_revoked",
        Verdict.UserCutoff => "user_cutoff",
        Verdict.ClientCutoff => "client_cutoff",
        Verdict.IssuerCutoff => "issuer_cutoff",
        _ => "none",
    };

    public static string KindOf(RevokeRequest request) => request switch
    {
        RevokeToken => "token",
        RevokeSession => "session",
        RevokeOthers => "others",
        _ => "everything",
    };
}
