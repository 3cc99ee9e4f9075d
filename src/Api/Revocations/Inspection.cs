using System.Buffers.Text;
using System.Text;
using Curfew.Api.Errors;
using Curfew.Grains;

namespace Curfew.Api.Revocations;

internal static class Inspection
{
    public static async Task<IResult> GetAsync(
        HttpRequest request, Grains.Revocations revocations, string? iss, string? sub, string? client_id, string? cursor, CancellationToken aborted)
    {
        // Two of one would be bound as one text, joined by a comma.
        if (request.Query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } twice)
            return Problems.BadRequest($"{twice} must stand once.");
        if (!ClaimText.IsValid(iss))
            return Problems.BadRequest($"iss is required: 1 to {ClaimText.MaxLength} characters.");
        if (sub is not null && client_id is not null)
            return Problems.BadRequest("sub and client_id exclude each other.");
        if (sub is not null && !ClaimText.IsValid(sub))
            return Problems.BadRequest($"sub must be 1 to {ClaimText.MaxLength} characters.");
        if (client_id is not null && !ClaimText.IsValid(client_id))
            return Problems.BadRequest($"client_id must be 1 to {ClaimText.MaxLength} characters.");
        if (!TryReadCursor(cursor, out var from))
            return Problems.BadRequest("cursor is not one that an answer's next gave.");

        if (sub is not null)
            return TypedResults.Ok(OfUser(iss, sub, await revocations.InspectAsync(new UserKey(iss, sub), from, aborted)));
        var page = client_id is not null
            ? await revocations.InspectClientAsync(new ClientKey(iss, client_id), aborted)
            : await revocations.InspectIssuerAsync(iss, aborted);
        return TypedResults.Ok(new Inspected(
            iss, null, client_id, page.Facts is [var cutoff] ? CutoffOf(cutoff) : null, null, null, null, null));
    }

    private static Inspected OfUser(string iss, string sub, FactPage page)
    {
        InspectedCutoff? cutoff = null;
        var tokens = new List<InspectedToken>();
        var sessions = new List<InspectedSession>();
        var kept = new List<InspectedExemption>();
        foreach (var fact in page.Facts)
        {
            switch (fact.Id.Kind)
            {
                case FactKind.Token:
                    tokens.Add(new(fact.Id.Id, fact.Expires, fact.Origin?.At, fact.Origin?.By, fact.Origin?.ByIssuer, fact.Origin?.Reason));
                    break;
                case FactKind.Session:
                    sessions.Add(new(fact.Id.Id, fact.Expires, fact.Origin?.At, fact.Origin?.By, fact.Origin?.ByIssuer, fact.Origin?.Reason));
                    break;
                case FactKind.UserCutoff:
                    cutoff = CutoffOf(fact);
                    break;
                case FactKind.UnsparingCutoff:
                    // Never later than the cutoff, which is shown.
                    break;
                case FactKind.KeptToken:
                    kept.Add(new(fact.Id.Id, null, fact.Number, fact.Expires));
                    break;
                case FactKind.KeptSession:
                    kept.Add(new(null, fact.Id.Id, fact.Number, fact.Expires));
                    break;
                default:
                    throw new InvalidOperationException($"A user's grain gave a fact of kind {fact.Id.Kind}.");
            }
        }

        var next = page.Next is { } at ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(at)) : null;
        return new Inspected(iss, sub, null, cutoff, tokens, sessions, kept, next);
    }

    private static InspectedCutoff CutoffOf(Fact fact) =>
        new(fact.Number, fact.Number + 1, fact.Expires, fact.Origin?.At, fact.Origin?.By, fact.Origin?.ByIssuer, fact.Origin?.Reason);

    private static bool TryReadCursor(string? cursor, out string? from)
    {
        from = null;
        if (cursor is null)
            return true;
        if (cursor.Length > 8 * ClaimText.MaxLength || !Base64Url.IsValid(cursor))
            return false;
        from = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return from.Contains(':', StringComparison.Ordinal);
    }
}
