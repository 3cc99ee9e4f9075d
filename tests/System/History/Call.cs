namespace Curfew.System.Tests.History;

/// <summary>A token as the checker knows it: when its issuance had ended, on the recorder's clock.</summary>
internal sealed record IssuedToken(string Id, string User, string? Session, long IssuedBy);

/// <summary>How far a logout reaches.</summary>
internal enum Reach
{
    Token,
    Session,
    Everything,

    /// <summary>Everything but the presented token and its session.</summary>
    Others,
}

/// <summary>What a call came to.</summary>
internal enum Outcome
{
    /// <summary>A check: the token is accepted. A logout: acknowledged.</summary>
    Yes,

    /// <summary>A check: the token is revoked. A logout: refused, for the presented token is revoked.</summary>
    No,

    /// <summary>503, or no answer: it may have had its effect, and no promise was made.</summary>
    Unknown,
}

/// <summary>
/// A check (no <paramref name="Reach"/>) or a logout, from before it was sent until after its answer had arrived, on one clock.
/// </summary>
/// <param name="ClocksDiffer">
/// Whether a wall clock of the service may have been off by more than is allowed meanwhile (<c>IssuerClockTolerance</c>): a cutoff
/// is an instant of wall time, so a logout by one is only sure to cover the token that was presented. All else needs no clock.
/// </param>
internal sealed record Call(
    IssuedToken Token, Reach? Reach, long Start, long End, Outcome Outcome, string Node = "", bool ClocksDiffer = false)
{
    public bool Covers(IssuedToken other) => Reach switch
    {
        History.Reach.Token => other.Id == Token.Id,
        History.Reach.Session => other.User == Token.User && other.Session is not null && other.Session == Token.Session,
        History.Reach.Everything when ClocksDiffer => other.Id == Token.Id,
        History.Reach.Others when ClocksDiffer => false,
        History.Reach.Everything => other.User == Token.User && other.IssuedBy <= Start,
        History.Reach.Others => MayCover(other) && other.IssuedBy <= Start,
        _ => false,
    };

    /// <summary>
    /// What a logout covers, and what it may cover: tokens issued after it began, by a cutoff that allows for clocks. No bound is
    /// put on how much later; whoever needs it shows that the user can sign in again.
    /// </summary>
    public bool MayCover(IssuedToken other) => Reach switch
    {
        History.Reach.Everything => other.User == Token.User,
        History.Reach.Others => other.User == Token.User && other.Id != Token.Id && (Token.Session is null || other.Session != Token.Session),
        _ => Covers(other),
    };
}
