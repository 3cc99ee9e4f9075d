using System.Net;

namespace Curfew.Peers.Tests;

/// <summary>
/// What a system was found to answer in each scenario of <see cref="LogoutScenarios"/>: the data of the comparison.
/// The comments say what is right.
/// </summary>
public sealed record Findings
{
    /// <summary>A logged-out token, on the next request. Right: 401.</summary>
    public required Answer LoggedOut { get; init; }

    /// <summary>A logged-out token, after a shorter-lived one of its user was, and expired. Right: 401.</summary>
    public required Answer AfterShorterLivedLogoutEnded { get; init; }

    /// <summary>A logged-out token just after its <c>exp</c>, when its entry is gone, too. Right: 401.</summary>
    public required Answer LoggedOutAndJustExpired { get; init; }

    /// <summary>A logged-out token, its signature written as another text for the same bytes. Right: 401.</summary>
    public required Answer LoggedOutUnderAnotherText { get; init; }

    /// <summary>Logged-out tokens of one user that are accepted after logouts at the same time. Right: none.</summary>
    public required Lost ConcurrentLogouts { get; init; }

    /// <summary>What the logout of a token that lives an hour left in storage. Right: about an hour.</summary>
    public required Leftover LeftInStorage { get; init; }

    /// <summary>A request without a token. Right: 401.</summary>
    public required Answer WithoutToken { get; init; }

    /// <summary>A good token while the store is dead. Right: 503.</summary>
    public required Answer StoreDead { get; init; }

    /// <summary>A good token while the store runs, but answers errors. Right: 503.</summary>
    public required Answer StoreAnswersErrors { get; init; }

    /// <summary>A logged-out token after the store was killed and started again. Right: 401.</summary>
    public required Answer StoreKilledAfterLogout { get; init; }
}

/// <summary>What a client sees: a status, or none, because the process died or lets it wait.</summary>
public readonly record struct Answer
{
    private readonly string _text;

    private Answer(string text) => _text = text;

    public static Answer Dies { get; } = new("the process dies");

    /// <summary>No answer within <see cref="Client.Patience"/>.</summary>
    public static Answer Hangs { get; } = new("no answer");

    public static implicit operator Answer(HttpStatusCode status) => new($"{(int)status} {status}");

    public override string ToString() => _text;
}

public enum Lost
{
    None,
    Some,
    All,
}

public enum Leftover
{
    Nothing,
    UntilTheTokenExpires,
    ForYears,
}
