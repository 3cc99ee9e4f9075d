namespace Curfew.System.Tests.History;

/// <summary>A token as the checker knows it.</summary>
/// <param name="Id">What is presented.</param>
/// <param name="User">The <c>sub</c>: another user where the issuer is another one.</param>
/// <param name="IssuedBy">When its issuance had ended, on the recorder's clock.</param>
internal sealed record IssuedToken(string Id, string User, string? Session, long IssuedBy)
{
    public string Issuer { get; init; } = "curfew-dev";

    public string? ClientId { get; init; }

    public string? AuthorizedParty { get; init; }

    /// <summary>Its <c>jti</c>, for those who revoke it without having it.</summary>
    public string? Jti { get; init; }

    /// <summary>Its <c>iat</c>, in Unix seconds: what a cutoff at an instant that is given is compared with.</summary>
    public long IssuedAt { get; init; }

    public bool IsOf(string? client) => client is not null && (ClientId == client || AuthorizedParty == client);
}

/// <summary>How far a revocation reaches.</summary>
internal enum Reach
{
    Token,
    Session,
    Everything,

    /// <summary>Everything but the presented token and its session.</summary>
    Others,

    /// <summary>Every token of a client of the issuer.</summary>
    Client,

    /// <summary>Every token of the issuer.</summary>
    Issuer,
}

/// <summary>What a call came to.</summary>
internal enum Outcome
{
    /// <summary>A check: the token is accepted. A revocation: acknowledged.</summary>
    Yes,

    /// <summary>A check: the token is revoked. A logout: refused, for the presented token is revoked.</summary>
    No,

    /// <summary>503, or no answer: it may have had its effect, and no promise was made.</summary>
    Unknown,
}

/// <summary>
/// A check (no <paramref name="Reach"/>) or a revocation, from before it was sent until after its answer had arrived, on one clock.
/// </summary>
/// <param name="Token">The token that is checked, or logged out; of an operator's revocation, one that it is about.</param>
/// <param name="ClocksDiffer">
/// Whether a wall clock of the service may have been off by more than is allowed meanwhile (<c>IssuerClockTolerance</c>): a cutoff
/// "now" is an instant of wall time, so a logout by one is only sure to cover the token that was presented, and an operator's to
/// cover nothing. All else needs no clock.
/// </param>
internal sealed record Call(
    IssuedToken Token, Reach? Reach, long Start, long End, Outcome Outcome, string Node = "", bool ClocksDiffer = false)
{
    /// <summary>Asked for with an operator's token, of somebody else's.</summary>
    public bool ByOperator { get; init; }

    /// <summary>Of a client's cutoff: which.</summary>
    public string? Client { get; init; }

    /// <summary>The instant that the operator gave a cutoff, in Unix seconds: taken as it is, so it needs no clock.</summary>
    public long? Before { get; init; }

    public Operation Operation => this switch
    {
        { Reach: null } => Operation.Check,
        { ByOperator: false } => Operation.Logout,
        { Reach: History.Reach.Client } => Operation.ClientCutoff,
        { Reach: History.Reach.Issuer } => Operation.IssuerCutoff,
        _ => Operation.Revocation,
    };

    /// <summary>What it covers for certain once it is acknowledged.</summary>
    public bool Covers(IssuedToken other)
    {
        if (!MayCover(other))
            return false;
        if (Reach is History.Reach.Token or History.Reach.Session || Before is not null)
            return true;
        return ClocksDiffer
            ? Reach == History.Reach.Everything && !ByOperator && other.Id == Token.Id
            : other.IssuedBy <= Start;
    }

    /// <summary>
    /// What a revocation covers, and what it may cover: tokens issued after it began, by a cutoff that allows for clocks. No bound is
    /// put on how much later; whoever needs it shows that the user can sign in again.
    /// </summary>
    public bool MayCover(IssuedToken other) => other.Issuer == Token.Issuer && (Before is null || other.IssuedAt <= Before) && Reach switch
    {
        History.Reach.Token => other.Id == Token.Id,
        History.Reach.Session => other.User == Token.User && other.Session is not null && other.Session == Token.Session,
        History.Reach.Everything => other.User == Token.User,
        History.Reach.Others => other.User == Token.User && other.Id != Token.Id && (Token.Session is null || other.Session != Token.Session),
        History.Reach.Client => other.IsOf(Client),
        History.Reach.Issuer => true,
        _ => false,
    };
}
