namespace Curfew.Api.Revocations;

/// <summary>
/// Live revocations. Times are Unix seconds. <c>by</c> is a subject of the issuer <c>by_iss</c>, or where there is none a client
/// of <c>/oauth</c> or the issuer of an event.
/// </summary>
internal sealed record Inspected(
    string Iss,
    string? Sub,
    string? ClientId,
    InspectedCutoff? Cutoff,
    IReadOnlyList<InspectedToken>? Tokens,
    IReadOnlyList<InspectedSession>? Sessions,
    IReadOnlyList<InspectedExemption>? Kept,
    string? Next);

internal sealed record InspectedCutoff(long Instant, long NotBefore, long Expires, long? At, string? By, string? ByIss, string? Reason);

internal sealed record InspectedToken(string Id, long Expires, long? At, string? By, string? ByIss, string? Reason);

internal sealed record InspectedSession(string Sid, long Expires, long? At, string? By, string? ByIss, string? Reason);

/// <summary>A token (<c>id</c>) or a session (<c>sid</c>) that user cutoffs up to an instant don't cover.</summary>
internal sealed record InspectedExemption(string? Id, string? Sid, long Cutoff, long Expires);
