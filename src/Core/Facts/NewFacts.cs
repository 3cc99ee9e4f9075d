namespace Curfew;

/// <summary>
/// Turns what somebody asks for into the facts that are to be added, by the rules of cutoffs and retention. Pure.
/// </summary>
public static class NewFacts
{
    private static readonly FactId UserCutoff = new(FactKind.UserCutoff, "");
    private static readonly FactId UnsparingCutoff = new(FactKind.UnsparingCutoff, "");

    /// <param name="id">The token.</param>
    /// <param name="expires">Its <c>exp</c>, or null when nobody knows: it then counts as living for the longest lifetime from now.</param>
    public static Fact ForToken(TokenId id, long? expires, RevocationLimits limits, FactOrigin origin) =>
        new(new FactId(FactKind.Token, id.ToString()), 0,
            expires is { } exp ? limits.TokenRetention(exp) : limits.UnknownTokenRetention(origin.At), origin);

    /// <param name="ended">When the session ended, in Unix seconds; null: now. It goes on for nobody after that.</param>
    public static Fact ForSession(string session, RevocationLimits limits, FactOrigin origin, long? ended = null) =>
        new(new FactId(FactKind.Session, session), 0,
            limits.SessionRetention((ended ?? origin.At) + limits.ToleranceSeconds), origin);

    /// <summary>The cutoff that ends every device of a user.</summary>
    /// <param name="facts">What is known of the user: the cutoff is later than any exemption.</param>
    /// <param name="presentedIssuedAt">The <c>iat</c> of the token that asks, if one does: it is covered, too.</param>
    /// <param name="now">The revoker's clock.</param>
    public static Fact ForEverything(
        FactSet facts, long? presentedIssuedAt, RevocationLimits limits, DateTimeOffset now, FactOrigin origin)
    {
        var instant = Cutoff(presentedIssuedAt, limits, now);
        foreach (var fact in facts.Facts)
        {
            if (IsExemption(fact))
                instant = Math.Max(instant, fact.Number + 1);
        }

        return ForCutoff(UserCutoff, instant, limits, origin);
    }

    /// <summary>
    /// The cutoff that ends every device but that of the presented token, and the exemption of this one: of its session, or of the
    /// token alone where it has none. A token that was cut off
    /// while it asked gets none, for that would undo an acknowledged logout: the cutoff then ends every device.
    /// </summary>
    public static IReadOnlyList<Fact> ForOthers(
        FactSet facts, TokenIdentity presented, RevocationLimits limits, DateTimeOffset now, FactOrigin origin)
    {
        if (Judge.IsUserCutOff(presented, new Known(facts)))
            return [ForEverything(facts, presented.IssuedAt, limits, now, origin)];

        // Its session, where it has one, covers it. An exemption of the token beside that would be another's to the session's
        // other tokens: two of them in turn would push the cutoff past the clock, and lock the user out for as long as they like.
        var own = presented.Session is { } sid
            ? new FactId(FactKind.KeptSession, sid)
            : new FactId(FactKind.KeptToken, presented.Id.ToString());
        var instant = Cutoff(presented.IssuedAt, limits, now);
        foreach (var fact in facts.Facts)
        {
            // Another device's exemption must not survive this cutoff; the caller's own may.
            if (IsExemption(fact) && fact.Id != own)
                instant = Math.Max(instant, fact.Number + 1);
        }

        // An exemption that ended before its cutoff would revoke the kept session: both are kept as long.
        var cutoff = ForCutoff(UserCutoff, instant, limits, origin);
        List<Fact> made = [cutoff, new Fact(own, instant, cutoff.Expires, origin)];

        // A session goes on after a cutoff with tokens issued later. Those from before it stay revoked when a later one asks.
        if (facts.TryGet(UserCutoff, out var earlier) && !Judge.IsKept(presented, new Known(facts), earlier.Number))
            made.Add(ForCutoff(UnsparingCutoff, earlier.Number, limits, origin) with { Expires = cutoff.Expires });
        return made;
    }

    /// <summary>A user's cutoff at an instant that somebody gives, taken as it is. No exemption made before survives it.</summary>
    public static IReadOnlyList<Fact> ForEverythingBefore(FactSet facts, long before, RevocationLimits limits, FactOrigin origin)
    {
        var cutoff = ForCutoff(UserCutoff, before, limits, origin);
        return facts.Facts.Where(IsExemption).Select(fact => fact.Number).DefaultIfEmpty(-1).Max() >= before
            ? [cutoff, cutoff with { Id = UnsparingCutoff }]
            : [cutoff];
    }

    /// <summary>
    /// A cutoff at an instant that somebody gives: of a user, a client or an issuer. It is taken as it is.
    /// </summary>
    public static Fact ForCutoff(FactId id, long instant, RevocationLimits limits, FactOrigin origin) =>
        new(id, instant, limits.SessionRetention(instant), origin);

    /// <summary>A cutoff now: what any issuer's clock within the tolerance could have stamped by now is covered.</summary>
    public static long Cutoff(long? presentedIssuedAt, RevocationLimits limits, DateTimeOffset now) =>
        Math.Max((now + limits.IssuerClockTolerance).ToUnixTimeSeconds(), presentedIssuedAt ?? 0);

    // A user's own facts.
    private readonly struct Known(FactSet facts) : IFactLookup
    {
        public bool TryGet(FactKind kind, string id, out long number)
        {
            var found = facts.TryGet(new FactId(kind, id), out var fact);
            number = fact?.Number ?? 0;
            return found;
        }
    }

    private static bool IsExemption(Fact fact) => fact.Id.Kind is FactKind.KeptToken or FactKind.KeptSession;
}
