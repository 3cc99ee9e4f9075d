namespace Curfew.Api.Revocations;

/// <summary>Live revocations. Times are Unix seconds.</summary>
internal sealed record Inspected(
    string Iss,
    string? Sub,
    string? ClientId,
    InspectedCutoff? Cutoff,
    IReadOnlyList<InspectedToken>? Tokens,
    IReadOnlyList<InspectedSession>? Sessions,
    IReadOnlyList<InspectedExemption>? Kept,
    string? Next);

internal sealed record InspectedCutoff(long Instant, long NotBefore, long Expires, long? At, string? By, string? Reason);

internal sealed record InspectedToken(string Id, long Expires, long? At, string? By, string? Reason);

internal sealed record InspectedSession(string Sid, long Expires, long? At, string? By, string? Reason);

/// <summary>A token (<c>id</c>) or a session (<c>sid</c>) that user cutoffs up to an instant don't cover.</summary>
internal sealed record InspectedExemption(string? Id, string? Sid, long Cutoff, long Expires);
