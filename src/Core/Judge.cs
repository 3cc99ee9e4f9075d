namespace Curfew;

/// <summary>The one place where facts become a verdict. Pure: the same facts give the same answer, at any time.</summary>
public static class Judge
{
    /// <summary>
    /// The verdict on a token under the facts that concern it. Each kind is judged by itself; only a user's cutoff
    /// knows exemptions. Facts that have expired but are still there count: a late clean-up is never a pardon.
    /// </summary>
    public static Verdict Decide<TFacts>(TokenIdentity token, TFacts facts)
        where TFacts : struct, IFactLookup
    {
        if (facts.TryGet(FactKind.Token, token.Id.ToString(), out _))
            return Verdict.TokenRevoked;
        if (token.Session is { } session && facts.TryGet(FactKind.Session, session, out _))
            return Verdict.SessionRevoked;
        if (IsUserCutOff(token, facts))
            return Verdict.UserCutoff;
        if (IsCutOff(token.ClientId, token, facts) || IsCutOff(token.AuthorizedParty, token, facts))
            return Verdict.ClientCutoff;
        return facts.TryGet(FactKind.IssuerCutoff, "", out var cutoff) && token.IssuedAt <= cutoff
            ? Verdict.IssuerCutoff
            : Verdict.Valid;
    }

    /// <summary>Whether the user's cutoff covers the token, and no exemption spares it.</summary>
    internal static bool IsUserCutOff<TFacts>(TokenIdentity token, TFacts facts)
        where TFacts : struct, IFactLookup =>
        facts.TryGet(FactKind.UserCutoff, "", out var cutoff) && token.AuthenticatedAt <= cutoff
        && (!IsKept(token, facts, cutoff)
            || (facts.TryGet(FactKind.UnsparingCutoff, "", out var unsparing) && token.AuthenticatedAt <= unsparing));

    internal static bool IsKept<TFacts>(TokenIdentity token, TFacts facts, long cutoff)
        where TFacts : struct, IFactLookup =>
        (facts.TryGet(FactKind.KeptToken, token.Id.ToString(), out var survives) && survives >= cutoff)
        || (token.Session is { } session
            && facts.TryGet(FactKind.KeptSession, session, out survives) && survives >= cutoff);

    private static bool IsCutOff<TFacts>(string? client, TokenIdentity token, TFacts facts)
        where TFacts : struct, IFactLookup =>
        client is not null && facts.TryGet(FactKind.ClientCutoff, client, out var cutoff) && token.IssuedAt <= cutoff;
}
