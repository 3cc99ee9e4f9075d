namespace Curfew.Peers.Tests;

/// <summary>
/// Curfew in the peers' scenarios: a cluster of one silo and one API node over one Redis, set up as docs/cluster.md asks for.
/// The processes serve all scenarios, and go on when the store comes back. Seen red with a check that accepts whatever the
/// grain answers: four facts.
/// </summary>
public sealed class CurfewTests(CurfewSystem shared) : LogoutScenarios, IClassFixture<CurfewSystem>
{
    protected override RunningSystem System => shared;

    protected override Findings Found { get; } = new()
    {
        LoggedOut = Status.Unauthorized,

        // Each fact ends by itself, with its own token.
        AfterShorterLivedLogoutEnded = Status.Unauthorized,
        LoggedOutAndJustExpired = Status.Unauthorized,

        // A token is named by its jti, and other spellings of the same bytes are refused.
        LoggedOutUnderAnotherText = Status.Unauthorized,

        // The user's grain merges them.
        ConcurrentLogouts = Lost.None,
        LeftInStorage = Leftover.UntilTheTokenExpires,
        WithoutToken = Status.Unauthorized,

        // Once the lease under which the silo may answer from memory is over; no logout is acknowledged before that.
        StoreDead = Status.ServiceUnavailable,
        StoreAnswersErrors = Status.ServiceUnavailable,

        // It was on disk before the logout was acknowledged.
        StoreKilledAfterLogout = Status.Unauthorized,
    };
}
