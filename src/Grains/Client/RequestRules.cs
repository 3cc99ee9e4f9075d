namespace Curfew.Grains;

// What makes no sense is refused before it reaches a grain: there it would be an unavailable grain, or a fact that no
// check ever finds, or one whose expiry overflows, which is a revocation acknowledged and forgotten.
internal static class RequestRules
{
    // 9999-12-31T23:59:59Z, which is as far as a token's times go.
    private const long LastSecond = 253_402_300_799;

    public static TRequest Check<TRequest>(TRequest request)
        where TRequest : RevokeRequest
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Math.Max(request.By?.Length ?? 0, request.ByIssuer?.Length ?? 0) > Revocations.MaxNoteLength
            || request.Reason?.Length > Revocations.MaxNoteLength)
            throw new ArgumentException($"Who asks and why are up to {Revocations.MaxNoteLength} characters.", nameof(request));
        var flaw = request switch
        {
            RevokeToken token when !TokenId.TryParse(token.TokenId, out _) => "Not a token id.",
            RevokeToken token when !IsTime(token.Expires) => "Not a time when a token expires.",
            RevokeSession session when !ClaimText.IsValid(session.Session) => "Not a session.",
            RevokeOthers { Presented: null } => "No token is presented.",
            RevokeOthers others when !IsTime(others.Presented.IssuedAt) => "Not a time when a token is issued.",
            RevokeEverything everything when !IsTime(everything.Before) => "Not a time for a cutoff.",
            RevokeEverything everything when !IsTime(everything.PresentedIssuedAt) => "Not a time when a token is issued.",
            _ => null,
        };
        return flaw is null ? request : throw new ArgumentException(flaw, nameof(request));
    }

    private static bool IsTime(long? seconds) => seconds is null or (>= 0 and <= LastSecond);
}
